// Which server to follow as the master, where several sentinels are asked and may disagree. Pure.
//
// The newest election wins, whoever tells of it: it takes a majority of the sentinels to hold one, but only one of them
// to know of it first, and a sentinel that is cut off from the others goes on naming the old master. What is no newer
// than what is followed (a sentinel was set up anew, and counts from 0) is believed of more than half of all sentinels.
#pragma once

#include <optional>
#include <span>

#include "store/redis_sentinel_talk.hpp"

namespace roomd::store {

/// `said`: one for each sentinel, none where it is away or knows no master. `followed`: so far; none: nobody yet. Returns
/// what to follow from now on.
std::optional<redis_master> choose_redis_master(std::span<const std::optional<redis_master>> said,
                                                const std::optional<redis_master>& followed);

/// Whether so many have named a master that no newer election can be unknown to all of them.
bool most_have_spoken(std::span<const std::optional<redis_master>> said);

}  // namespace roomd::store
