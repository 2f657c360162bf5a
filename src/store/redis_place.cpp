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

bool is_redis_host(std::string_view text) {
  return !text.empty() && text.size() <= longest_host &&
         std::all_of(text.begin(), text.end(), fits_into_a_host);
}

std::optional<redis_place> make_redis_place(std::string_view host, std::string_view port) {
  if (!is_redis_host(host)) return {};
  redis_place place{std::string(host), 0};
  const auto* const end = port.data() + port.size();
  const auto [rest, failure] = std::from_chars(port.data(), end, place.port);
  if (failure != std::errc{} || rest != end || place.port == 0) return {};
  return place;
}

}  // namespace roomd::store
