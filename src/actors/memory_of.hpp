// What a shard's things take of the process's memory: sums that are kept as things change, or their number times what one
// takes. A few additions, so that it can be asked for once a second. On the shard's thread.
#pragma once

#include "actors/shard_state.hpp"
#include "core/stats.hpp"

namespace roomd::actors {

memory_use memory_of(const shard_state& s);

}  // namespace roomd::actors
