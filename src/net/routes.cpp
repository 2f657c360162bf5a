#include "net/routes.hpp"

#include <utility>
#include <vector>

#include "net/health.hpp"
#include "net/metrics.hpp"
#include "net/room_users.hpp"
#include "net/target.hpp"
#include "net/ui.hpp"

namespace roomd::net {

namespace {

using path_segments = std::vector<std::string_view>;

struct route {
  bool (*takes)(const path_segments& path, const config::settings& s);
  void (*answer)(const path_segments& path, const route_context& context, responder respond);
};

constexpr route table[] = {
    {[](const path_segments& p, const config::settings&) { return p == path_segments{"health"}; },
     [](const path_segments&, const route_context&, responder respond) { respond(health()); }},

    {[](const path_segments& p, const config::settings&) { return p == path_segments{"ready"}; },
     [](const path_segments&, const route_context& c, responder respond) {
       readiness(c.api, std::move(respond));
     }},

    {[](const path_segments& p, const config::settings&) { return p == path_segments{"metrics"}; },
     [](const path_segments&, const route_context& c, responder respond) {
       metrics(c.api, std::move(respond));
     }},

    {[](const path_segments& p, const config::settings&) {
       return p.size() == 4 && p[0] == "v1" && p[1] == "rooms" && p[3] == "users";
     },
     [](const path_segments& p, const route_context& c, responder respond) {
       room_users(p[2], c.api, std::move(respond));
     }},

    {[](const path_segments& p, const config::settings& s) {
       return s.ui.enabled && p.size() == 3 && p[0] == "ui" && p[1] == "assets";
     },
     [](const path_segments& p, const route_context&, responder respond) { respond(ui_asset(p[2])); }},

    {[](const path_segments& p, const config::settings& s) {
       return s.ui.enabled && !p.empty() && p.size() <= 2 && p[0] == "ui";
     },
     [](const path_segments& p, const route_context&, responder respond) {
       respond(ui_page(p.size() == 2 ? p[1] : std::string_view{}));
     }},

    // The last one, because its first segment is anything.
    {[](const path_segments& p, const config::settings& s) {
       return s.compat.room_users && p.size() == 2 && p[1] == "users";
     },
     [](const path_segments& p, const route_context& c, responder respond) {
       room_sockets(p[0], c.api, std::move(respond));
     }},
};

response method_not_allowed() {
  auto r = error_response(405, "method_not_allowed", "this address answers GET and HEAD");
  r.headers = {{"Allow", "GET, HEAD"}};
  return r;
}

}  // namespace

void handle(const call& c, const route_context& context, responder respond) {
  const auto [path, query] = split_target(c.target);
  const auto parts = segments(path);
  const bool reads = c.method == "GET" || c.method == "HEAD";
  if (path == websocket_path) return respond(method_not_allowed());
  for (const auto& r : table) {
    if (!r.takes(parts, context.settings)) continue;
    if (!reads) return respond(method_not_allowed());
    return r.answer(parts, context, std::move(respond));
  }
  respond(error_response(404, "not_found", "there is nothing at this address"));
}

}  // namespace roomd::net
