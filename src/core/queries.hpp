// What the HTTP side may ask of the node. One object a shard, called on its thread; answers come on it too, once,
// also when there is none (a time-out gives an error).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/member_page.hpp"
#include "core/stats.hpp"

namespace roomd {

struct node_readiness {
  /// Why the node does not serve, for people: it starts or drains, or some shard is without its engine. Empty: it
  /// serves.
  std::string problem;
  std::uint64_t rooms_not_served = 0;  ///< of the rooms in use
};

class queries {
 public:
  virtual ~queries() = default;
  /// A page of the room's users; an unknown room has none and is not made. `query.bytes` is not looked at.
  virtual void users(std::string room, member_query query,
                     std::function<void(result<member_page_ptr>)> done) = 0;
  /// One entry a shard that answered in time, in the order of the shards.
  virtual void stats(std::function<void(std::vector<shard_stats>)> done) = 0;
  /// Whether the node serves, on all of its shards.
  virtual void readiness(std::function<void(const node_readiness&)> done) = 0;
};

}  // namespace roomd
