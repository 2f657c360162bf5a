#include "net/cors.hpp"

#include <algorithm>

namespace roomd::net {
namespace {

bool lists(const std::vector<std::string>& allowed, std::string_view origin) {
  return !origin.empty() && std::any_of(allowed.begin(), allowed.end(), [origin](const std::string& entry) {
    return entry == "*" || entry == origin;
  });
}

}  // namespace

void allow_origin(response& r, std::string_view origin, const std::vector<std::string>& allowed) {
  if (allowed.empty()) return;
  r.headers.emplace_back("Vary", "Origin");
  if (lists(allowed, origin)) r.headers.emplace_back("Access-Control-Allow-Origin", origin);
}

std::optional<response> preflight(std::string_view origin, const std::vector<std::string>& allowed) {
  if (!lists(allowed, origin)) return {};
  constexpr unsigned no_content = 204;
  response r{.status = no_content, .body = {}};
  allow_origin(r, origin, allowed);
  r.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD");
  r.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type");
  r.headers.emplace_back("Access-Control-Max-Age", "600");
  return r;
}

}  // namespace roomd::net
