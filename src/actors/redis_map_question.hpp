// Asks one server of a Redis Cluster who serves which slot (store/redis_cluster_map.hpp).
#pragma once

#include <functional>
#include <optional>

#include "actors/redis_link.hpp"
#include "store/redis_cluster_map.hpp"

namespace roomd::actors {

/// Nothing: the server refuses to say, or what it says makes no sense.
using map_answer = std::function<void(std::optional<store::redis_cluster_map>)>;

/// False: it cannot be asked now. Else `tell` is called once, behind the answers to all that was asked before; or not at
/// all, where the link is lost first. Logs `redis.map_refused server= reason=`.
bool ask_cluster_map(redis_link& link, map_answer tell);

}  // namespace roomd::actors
