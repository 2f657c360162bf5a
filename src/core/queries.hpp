// What the HTTP side may ask of the node. One object a shard, called on its thread; answers come on it too, once,
// also when there is none (a time-out gives an error).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/member.hpp"
#include "core/stats.hpp"

namespace roomd {

class queries {
 public:
  virtual ~queries() = default;
  /// The room's users with their sessions; an unknown room has none and is not made.
  virtual void users(std::string room, std::function<void(result<std::vector<member>>)> done) = 0;
  /// One entry a shard that answered in time, in the order of the shards.
  virtual void stats(std::function<void(std::vector<shard_stats>)> done) = 0;
  /// Why the node does not serve, for people: it starts or drains, or its engine is away. Empty: it serves.
  virtual std::string problem() const = 0;
};

}  // namespace roomd
