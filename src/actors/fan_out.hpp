// Brings a room's messages to its members on one shard. They gather during a turn and leave at its end, joined into one
// frame that all share: a member costs one push however many messages came. What is said to a member alone (an answer,
// a page) must not overtake them, so whoever says it calls `bring_up` first.
//
// One a shard, used on its thread only, by the hub.
#pragma once

#include <vector>

#include "actors/roster.hpp"
#include "core/turn.hpp"

namespace roomd::actors {

class fan_out final : public turn_end {
 public:
  /// `most_bytes`: what may gather in one room before it leaves.
  fan_out(turn_queue& turns, roster& sessions, protocol::session_counters& counters, std::size_t most_bytes)
      : turns_(turns), sessions_(sessions), counters_(counters), most_bytes_(most_bytes) {}

  /// For what gathers from now on.
  void bound(std::size_t most_bytes) { most_bytes_ = most_bytes; }
  /// A message of a room, which may have no members here any more.
  void gather(room_number room, const message_ptr& m);
  /// The session gets now what has gathered for it.
  void bring_up(protocol::session& s);
  /// All members of the room do.
  void flush(room_number room);
  /// The shard is about to end.
  void stop() { turns_.unmark(*this); }
  void on_turn_end() noexcept override;

 private:
  void flush(roster::room& r);
  void bring(protocol::seat& s, const batch& b);
  static void fall_back(protocol::seat& s, const char* why) noexcept;

  turn_queue& turns_;
  roster& sessions_;
  protocol::session_counters& counters_;
  std::size_t most_bytes_;
  std::vector<room_number> waiting_;  ///< rooms in which something has gathered
};

}  // namespace roomd::actors
