#include "net/routes.hpp"

#include <utility>
#include <vector>

#include "net/cors.hpp"
#include "net/health.hpp"
#include "net/metrics.hpp"
#include "net/room_users.hpp"
#include "net/target.hpp"
#include "net/ui.hpp"

namespace roomd::net {

namespace {

using path_segments = std::vector<std::string_view>;

// The first address that anybody tries.
response front_page(const config::settings& s) {
  constexpr unsigned found = 302;
  if (s.ui.enabled)
    return {.status = found, .content_type = "text/plain", .body = {}, .headers = {{"Location", "/ui"}}};
  return {
      .content_type = "text/plain; charset=utf-8",
      .body = "roomd, a broker for real-time rooms. WebSocket: /v1/ws. State: /health, /ready, /metrics.\n"};
}

struct route {
  bool (*takes)(const path_segments& path, const config::settings& s);
  void (*answer)(const path_segments& path, const route_context& context, responder respond);
  bool for_pages = false;  ///< pages of allowed origins may read the answer
};

constexpr route table[] = {
    {[](const path_segments& p, const config::settings&) { return p == path_segments{""}; },
     [](const path_segments&, const route_context& c, responder respond) {
       respond(front_page(c.settings));
     }},

    {[](const path_segments& p, const config::settings&) { return p == path_segments{"health"}; },
     [](const path_segments&, const route_context&, responder respond) { respond(health()); }, true},

    {[](const path_segments& p, const config::settings&) { return p == path_segments{"ready"}; },
     [](const path_segments&, const route_context& c, responder respond) {
       readiness(c.api, std::move(respond));
     },
     true},

    {[](const path_segments& p, const config::settings&) { return p == path_segments{"metrics"}; },
     [](const path_segments&, const route_context& c, responder respond) {
       metrics(c.api, std::move(respond));
     }},

    {[](const path_segments& p, const config::settings&) {
       return p.size() == 4 && p[0] == "v1" && p[1] == "rooms" && p[3] == "users";
     },
     [](const path_segments& p, const route_context& c, responder respond) {
       room_users(p[2], c.query, c.api, std::move(respond));
     },
     true},

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
       room_sockets(p[0], c.query, c.api, std::move(respond));
     },
     true},
};

response method_not_allowed() {
  auto r = error_response(405, "method_not_allowed", "this address answers GET and HEAD");
  r.headers = {{"Allow", "GET, HEAD"}};
  return r;
}

// What an answer that pages may read says to browsers.
responder for_page(const call& c, const route_context& context, responder respond) {
  response browser;
  allow_origin(browser, c.origin, context.settings.http.allowed_origins);
  if (browser.headers.empty()) return respond;
  return [headers = std::move(browser.headers), respond = std::move(respond)](const response& made) {
    response all = made;
    all.headers.insert(all.headers.end(), headers.begin(), headers.end());
    respond(all);
  };
}

}  // namespace

void handle(const call& c, const route_context& context, responder respond) {
  const auto [path, query] = split_target(c.target);
  const auto parts = segments(path);
  const bool reads = c.method == "GET" || c.method == "HEAD";
  if (path == websocket_path) return respond(method_not_allowed());
  for (const auto& r : table) {
    if (!r.takes(parts, context.settings)) continue;
    const auto& origins = context.settings.http.allowed_origins;
    if (r.for_pages && c.method == "OPTIONS") {
      if (const auto leave = preflight(c.origin, origins)) return respond(*leave);
    }
    if (!reads) return respond(method_not_allowed());
    const route_context with{context.api, context.settings, query};
    return r.answer(parts, with, r.for_pages ? for_page(c, context, std::move(respond)) : std::move(respond));
  }
  respond(error_response(404, "not_found", "there is nothing at this address"));
}

}  // namespace roomd::net
