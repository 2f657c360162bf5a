// Which server to follow as the master, where several sentinels are asked and may disagree. Pure.
//
// The newest election wins, whoever tells of it: it takes a majority of the sentinels to hold one, but only one of them
// to know of it first, and a sentinel that is cut off from the others goes on naming the old master. What is no newer
// than what is followed (the sentinels were set up anew, and count from 0) is believed of more than half of them, and
// only where the master that is followed does not serve: they may just not have heard of its election.
#pragma once

#include <optional>
#include <span>

#include "store/redis_sentinel_talk.hpp"

namespace roomd::store {

/// `said`: one for each sentinel, none where it is away or knows no master. `followed`: so far; none: nobody yet.
/// `serves`: as a master. Returns what to follow from now on.
std::optional<redis_master> choose_redis_master(std::span<const std::optional<redis_master>> said,
                                                const std::optional<redis_master>& followed, bool serves);

/// Whether so many have named a master that no newer election can be unknown to all of them.
bool most_have_spoken(std::span<const std::optional<redis_master>> said);

}  // namespace roomd::store
