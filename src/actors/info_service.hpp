// Lets a shard's sessions tell their rooms of a new info (`identity`), so many rooms a turn: one command may concern as
// many rooms as a session may be in, and each room tells all of its observers. Sessions take turns, so that one that
// does it all the time holds up nobody. A session queues once, whatever it has to tell.
//
// One a shard, used on its thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

#include "core/turn.hpp"

namespace roomd::actors {

class info_service final : public turn_end {
 public:
  /// Has a session tell at most so many rooms (`session::turn_to_tell`); returns how many it told.
  using tell_rooms = std::function<std::size_t(std::uint64_t session, std::size_t most)>;

  static constexpr std::size_t rooms_a_turn = 32;
  static constexpr std::size_t rooms_a_session = 8;  ///< before the next session's turn

  info_service(turn_queue& turns, tell_rooms tell) : turns_(turns), tell_(std::move(tell)) {}

  void push(std::uint64_t session);
  std::size_t waiting() const { return waiting_.size(); }
  /// The shard is about to end.
  void stop() { turns_.unmark(*this); }
  void on_turn_end() noexcept override;

 private:
  turn_queue& turns_;
  tell_rooms tell_;
  std::deque<std::uint64_t> waiting_;
  bool serving_ = false;  ///< who comes again meanwhile waits for the next turn
};

}  // namespace roomd::actors
