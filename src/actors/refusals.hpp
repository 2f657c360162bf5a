// What a shard's directory answers itself to the shard's own sessions, in a room's place: that the room is not in use, or
// cannot be. A session is in the middle of asking then, so the answer leaves at the end of the turn, and before whatever
// else the hub tells any session: what the room itself answers to a later command must not overtake it.
//
// One a shard, used on its thread only, by the directory and the hub.
#pragma once

#include <vector>

#include "core/room_messages.hpp"
#include "core/turn.hpp"

namespace roomd::actors {

struct shard_state;

class refusals final : public turn_end {
 public:
  explicit refusals(shard_state& s) : state_(s) {}

  void add(refused r);
  /// Tells all of them, by the hub.
  void flush();
  /// The shard is about to end.
  void stop();
  void on_turn_end() noexcept override { flush(); }

 private:
  shard_state& state_;
  std::vector<refused> waiting_;
};

}  // namespace roomd::actors
