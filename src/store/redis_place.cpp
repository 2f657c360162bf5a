#include "store/redis_place.hpp"

#include <algorithm>
#include <charconv>

namespace roomd::store {
namespace {

constexpr std::size_t longest_host = 253;  // RFC 1035

bool fits_into_a_host(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
         c == '_' || c == ':';
}

}  // namespace

std::optional<redis_place> make_redis_place(std::string_view host, std::string_view port) {
  if (host.empty() || host.size() > longest_host || !std::all_of(host.begin(), host.end(), fits_into_a_host))
    return {};
  redis_place place{std::string(host), 0};
  const auto* const end = port.data() + port.size();
  const auto [rest, failure] = std::from_chars(port.data(), end, place.port);
  if (failure != std::errc{} || rest != end || place.port == 0) return {};
  return place;
}

std::optional<redis_place> redirected_place(const redis_reply& error, std::string_view asked) {
  if (!error.is_error("MOVED")) return {};
  const std::string_view text = error.text;
  const auto address = text.substr(text.rfind(' ') + 1);
  const auto colon = address.rfind(':');  // an IPv6 address has some of its own
  if (colon == address.npos) return {};
  return make_redis_place(colon == 0 ? asked : address.substr(0, colon), address.substr(colon + 1));
}

}  // namespace roomd::store
