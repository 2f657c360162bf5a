// Lets the joins of a shard's sessions through, so many a turn; the others wait here in the order in which they came.
// A join costs ten times what reading the command does, and after a break thousands come at once: what others publish
// meanwhile would stand behind all of them. What a session asks while a join of its own waits, waits behind it, so that
// its requests keep their order. A join that is read in spare time counts for its turn as any other. While more waits for the shard's spare time than a turn gets through, such as the output
// of earlier joins, one join a turn passes.
//
// One a shard, used on its thread only, by the connections. Bounded by what each session may have in flight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>
#include <utility>

#include "core/turn.hpp"
#include "protocol/session_port.hpp"

namespace roomd::actors {

class join_gate final : public turn_end {
 public:
  using pass_on = std::function<void(protocol::room_request&&)>;

  /// `pass` sends a request to its room. Each join may bring a page of history, so eight keep a turn short: with sixteen
  /// others' live messages waited three times as long in a storm, which ended no sooner.
  join_gate(turn_queue& turns, pass_on pass, std::size_t joins_a_turn = 8)
      : turns_(turns), pass_(std::move(pass)), joins_a_turn_(joins_a_turn) {}

  void request(std::uint64_t session, protocol::room_request&& r);
  std::size_t waiting() const { return waiting_.size(); }
  /// The shard is about to end.
  void stop() { turns_.unmark(*this); }
  void on_turn_end() noexcept override;

 private:
  struct entry {
    std::uint64_t session;
    protocol::room_request what;
  };

  bool may_pass(std::uint64_t session, bool join) const;
  /// False: there was no memory for it, and it still waits.
  bool let_through();
  void uncount(std::uint64_t session);
  std::size_t allowance() const;

  turn_queue& turns_;
  pass_on pass_;
  std::size_t joins_a_turn_;
  std::size_t left_ = joins_a_turn_;                         ///< of this turn
  std::uint64_t given_in_ = static_cast<std::uint64_t>(-1);  ///< the turn at whose end `left_` was set
  std::deque<entry> waiting_;
  std::unordered_map<std::uint64_t, std::size_t> of_session_;  ///< how many of them
};

}  // namespace roomd::actors
