// Where a Redis server is, as another server or a sentinel says it. What such a text may hold is bounded here, since it
// is connected to and written to logs. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/redis_reply.hpp"

namespace roomd::store {

struct redis_place {
  std::string host;  ///< a name or an address, IPv6 without brackets
  std::uint16_t port = 0;

  bool operator==(const redis_place&) const = default;
};

/// None: the host is no name and no address, or the port no number from 1 to 65535.
std::optional<redis_place> make_redis_place(std::string_view host, std::string_view port);

/// Where a cluster's server sends us: `MOVED 3999 127.0.0.1:6381`. Without a host it means the one that was `asked`. None: it
/// is no such error.
std::optional<redis_place> redirected_place(const redis_reply& error, std::string_view asked);

}  // namespace roomd::store
