// What one server of a Redis Cluster says of who serves which slot: CLUSTER SLOTS has the addresses, and CLUSTER NODES has
// how new each master's claim is (its configuration's epoch, by which the servers themselves settle who is right). Pure;
// what makes no sense is no map.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/redis_place.hpp"
#include "store/redis_reply.hpp"
#include "store/redis_slot.hpp"

namespace roomd::store {

struct redis_cluster_map {
  static constexpr std::size_t most_masters = 1000;
  static constexpr std::uint16_t nobody = 0xFFFF;

  struct master {
    redis_place at;
    std::uint64_t epoch = 0;
  };

  std::vector<master> masters;
  std::vector<std::uint16_t> owners =
      std::vector<std::uint16_t>(redis_slots, nobody);  ///< by slot: in `masters`
};

/// `asked`: the host that was asked, which a server that announces none means. One without a host name among others that
/// have one (`?`) is at the address that CLUSTER NODES has, else at `asked` too.
std::optional<redis_cluster_map> parse_redis_cluster_map(const redis_reply& slots, const redis_reply& nodes,
                                                         std::string_view asked);

}  // namespace roomd::store
