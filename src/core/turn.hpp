// A turn is one round of a shard's loop: sockets, then actors, then output. What gathered during a turn is flushed
// at its end, so that a socket sees one system call a turn however many messages it got. One queue a shard, used
// on its thread only.
#pragma once

#include <cstddef>
#include <vector>

namespace roomd {

class turn_queue;

/// Something that wants a call at the end of a turn. Not copied, not moved while marked.
class turn_end {
 public:
  turn_end() = default;
  turn_end(const turn_end&) = delete;
  turn_end& operator=(const turn_end&) = delete;
  virtual void on_turn_end() noexcept = 0;

 protected:
  virtual ~turn_end() = default;

 private:
  friend class turn_queue;
  static constexpr std::size_t unmarked = static_cast<std::size_t>(-1);
  std::size_t slot_ = unmarked;  ///< index in the queue that holds it
  bool next_ = false;            ///< which queue: this turn's or the next one's
};

class turn_queue {
 public:
  /// Calls `t.on_turn_end()` once at the end of this turn. Marking twice is marking once.
  void mark(turn_end& t);
  /// The same at the end of the next turn: for work that shares the thread in portions. Marked for both, it is
  /// called at the end of this one only.
  void mark_next(turn_end& t);
  /// Takes it out again; must be called before `t` dies while marked. O(1).
  void unmark(turn_end& t);
  /// Ends the turn: calls everything marked, in the order of marking, also what is marked meanwhile, until nothing
  /// is left; then what was marked for the next turn becomes this turn's. A call may mark, unmark and destroy
  /// whatever it likes, itself too, but not end the turn.
  void end_turn();
  /// Nothing waits, so the loop may sleep.
  bool empty() const { return marked_ == 0; }

 private:
  void put(std::vector<turn_end*>& queue, turn_end& t);

  std::vector<turn_end*> now_;  ///< null where it was unmarked or called
  std::vector<turn_end*> next_;
  std::size_t marked_ = 0;
};

}  // namespace roomd
