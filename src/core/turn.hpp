// A turn is one round of a shard's loop: sockets, then actors, then output. What gathered during a turn is flushed
// at its end, so that a socket sees one system call a turn however many messages it got. One queue a shard, used
// on its thread only.
//
// Work that may wait, such as catching up and reading from sessions that hear no room yet, stands in a queue of its own:
// as much of it is done a turn as there is time for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
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
  enum class queue : std::uint8_t { none, now, next, spare };
  std::size_t slot_ =
      0;  ///< index in the queue that holds it; of the spare one, counted from its first entry ever
  queue in_ = queue::none;
};

class turn_queue {
 public:
  /// Calls `t.on_turn_end()` once at the end of this turn. Marking twice is marking once.
  void mark(turn_end& t);
  /// The same at the end of the next turn: for work that shares the thread in portions. Marked for both, it is
  /// called at the end of this one only.
  void mark_next(turn_end& t);
  /// The same in the time that is left over, of this turn or a later one: behind everything marked, first come, first
  /// served. Changes nothing where it is marked already.
  void mark_spare(turn_end& t);
  /// Takes it out again; must be called before `t` dies while marked. O(1).
  void unmark(turn_end& t);
  /// Ends the turn: calls everything marked, in the order of marking, also what is marked meanwhile, until nothing
  /// is left. Then, as long as `has_time()` says so, what waits for spare time, one after the other, and what each of
  /// them marked; at last what was marked for the next turn becomes this turn's. A call may mark, unmark and destroy
  /// whatever it likes, itself too, but not end the turn.
  template <class F>
  void end_turn(F has_time) {
    std::size_t called = call_marked(0);
    while (spare_waits() && has_time()) {
      call_spare();
      called = call_marked(called);
    }
    begin_next();
  }
  /// The same with time for everything that waits once the marked ones were called.
  void end_turn() {
    constexpr std::size_t unknown = static_cast<std::size_t>(-1);
    end_turn([this, left = unknown]() mutable {
      if (left == unknown) left = spare_.size();
      return left-- > 0;
    });
  }
  /// Of the turn that is going on: turns are counted.
  std::uint64_t number() const { return number_; }
  /// Nothing waits, so the loop may sleep.
  bool empty() const { return marked_ == 0; }
  /// More waits for spare time than a turn gets through: whoever makes such work should make less of it.
  bool crowded() const { return spare_.size() > 16; }

 private:
  void put(std::vector<turn_end*>& queue, turn_end& t);
  std::size_t call_marked(std::size_t from);
  bool spare_waits();
  void call_spare();
  void begin_next();
  void call(turn_end& t);

  std::vector<turn_end*> now_;  ///< null where it was unmarked or called
  std::vector<turn_end*> next_;
  std::deque<turn_end*> spare_;
  std::size_t spare_taken_ = 0;  ///< entries that have left `spare_`, ever
  std::size_t marked_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace roomd
