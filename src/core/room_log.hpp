// A room's log: its numbering (epoch and head) and its newest messages, in a ring bounded by count, bytes and
// age. Head and epoch outlive the messages, so that a room that has expired altogether still numbers on.
// Pure: a value of whoever keeps the room's history, used on one thread; time comes in and never runs
// backwards. A room with nothing kept holds no memory but the object itself; 24 bytes and a share of the
// message otherwise.
//
// What is kept is always first() … head() without a hole: messages go out at the old end only. Of an engine that keeps
// them elsewhere, the log may hold the newer part only, held() … head().
//
// An epoch may be the child of another: up to some number they agree, and what the parent had beyond it is lost.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/message.hpp"
#include "core/ring.hpp"
#include "core/time.hpp"

namespace roomd {

/// At most so many messages, so many bytes (message::size), so old. Any of them 0: no history, the head still
/// counts.
struct log_bounds {
  std::size_t messages = 0;
  std::size_t bytes = 0;
  std::chrono::milliseconds age{};
};

/// How much one reading may return: messages, and their bytes on the wire, not compressed. The first message comes
/// whatever its size, so that every reading gets on.
struct page_bounds {
  std::size_t messages = 0;
  std::size_t bytes = 0;
  bool operator==(const page_bounds&) const = default;
};

class room_log {
 public:
  using time_point = roomd::time_point;

  room_log(roomd::epoch e, log_bounds b, sequence head = 0);

  const roomd::epoch& numbering() const { return epoch_; }
  /// The newest number; 0 before the first message.
  sequence head() const { return head_; }
  /// The oldest number kept, here or elsewhere; head() + 1 where none is.
  sequence first() const { return std::min(elsewhere_, held()); }
  /// The oldest number held here; head() + 1 where none is.
  sequence held() const { return head_ + 1 - held_.size(); }
  /// Messages held.
  std::size_t size() const { return held_.size(); }
  /// What they count: never more than the bound.
  std::size_t bytes() const { return bytes_; }
  bool empty() const { return held_.empty(); }
  /// Memory of the ring, which the bound does not count.
  std::size_t ring_bytes() const { return held_.capacity() * sizeof(entry); }
  /// Up to which number who stands at `p` and this log agree; nothing: `p` is of an epoch that is not known.
  std::optional<sequence> common(const position& p) const;

  /// Takes the memory that the next `append` needs, so that it cannot fail.
  void reserve_one() { held_.reserve_one(); }
  /// `m->seq` is head() + 1. Drops what is over the bounds now, in the extreme `m` itself. O(1) amortised.
  void append(message_ptr m, time_point now);
  /// Drops what is as old as the bound.
  void expire(time_point now);
  /// When the oldest message becomes too old.
  std::optional<time_point> next_expiry() const;
  /// Drops the oldest messages until `bytes` are free again, or none is left.
  void shed(std::size_t bytes);
  /// A new numbering: drops everything.
  void restart(roomd::epoch e, sequence head);
  /// The child of this numbering, from `head` on, which is not above head(): drops what is beyond it.
  void fork(roomd::epoch child, sequence head);
  /// Messages from `first` on are kept elsewhere, as far as they are not held here.
  void kept_elsewhere(sequence first) { elsewhere_ = first; }
  /// The numbering's ancestors, the newest first, each with the last number in which it agrees with this one.
  void descends_from(std::vector<position> ancestors) { ancestors_ = std::move(ancestors); }

  /// From `from` on, or from the oldest kept, ascending. O(messages returned).
  std::vector<message_ptr> read(sequence from, page_bounds b) const;
  /// The newest below `before`, or of all, ascending. O(messages returned).
  std::vector<message_ptr> newest(std::optional<sequence> before, page_bounds b) const;
  /// How many of the messages above `after` the session should hear: O(messages above `after`). Empty: a session that
  /// has published nothing, O(1). What is not held here counts, whoever published it.
  std::size_t count_for(sequence after, std::string_view session_id) const;

 private:
  static constexpr sequence nowhere = ~sequence{0};

  struct entry {
    message_ptr what;
    time_point at{};
  };

  /// Index among those held of the first message that is `seq` or higher; size() where none is.
  std::size_t place_of(sequence seq) const;
  std::vector<message_ptr> slice(std::size_t begin, std::size_t end) const;
  void drop_oldest();

  roomd::epoch epoch_;
  log_bounds bounds_;
  sequence head_;
  ring<entry> held_;
  std::size_t bytes_ = 0;
  sequence elsewhere_ = nowhere;  ///< the oldest number that the engine keeps
  std::vector<position> ancestors_;
};

}  // namespace roomd
