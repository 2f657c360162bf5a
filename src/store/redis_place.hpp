// Where a Redis server is, as another server or a sentinel says it. What such a text may hold is bounded here, since it
// is connected to and written to logs. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roomd::store {

struct redis_place {
  std::string host;  ///< a name or an address, IPv6 without brackets
  std::uint16_t port = 0;

  bool operator==(const redis_place&) const = default;
};

/// A name or an address, by its length and letters.
bool is_redis_host(std::string_view text);
/// None: the host is no name and no address, or the port no number from 1 to 65535.
std::optional<redis_place> make_redis_place(std::string_view host, std::string_view port);

}  // namespace roomd::store
