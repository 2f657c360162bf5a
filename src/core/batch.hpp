// Messages of one room that gathered in a shard's turn, to leave together: most members get all of them, as one frame
// whose bytes are theirs joined, made once; once more for the members that take compressed frames, where there are both.
// Owned by the shard's fan-out; one in each room with members there. A page of history is one too.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/frame.hpp"
#include "core/ids.hpp"
#include "core/message.hpp"

namespace roomd {

class batch {
 public:
  /// Messages come in the room's order.
  void add(message_ptr m);
  /// Empties it; an idle one keeps little memory.
  void clear();

  bool empty() const { return messages_.empty(); }
  std::size_t size() const { return messages_.size(); }
  /// On the wire, for sessions that take compressed frames or for those that do not.
  std::size_t bytes(bool deflates = false) const { return bytes_[deflates]; }
  /// What it holds at most when it has been joined in each form that there is.
  std::size_t joined_bytes() const { return bytes() + (bytes(true) < bytes() ? bytes(true) : 0); }
  const message_ptr& operator[](std::size_t i) const { return messages_[i]; }

  /// The numbers of its numbered messages are first(), first() + 1, … next() - 1. False: they are not consecutive,
  /// and each message is for itself.
  bool consecutive() const { return consecutive_; }
  /// 0: there is none that is numbered.
  sequence first() const { return first_; }
  sequence next() const { return next_; }
  /// Some of them may not be for the session with this tag, because it published them itself and wants no echo.
  bool may_exclude(session_tag tag) const;
  /// All frames, one behind the other; for sessions that take compressed ones, those that there are, the others plain.
  /// Made when it is asked for first. Not for an empty batch.
  const frame_ptr& joined(bool deflates = false) const;

 private:
  std::vector<message_ptr> messages_;
  std::vector<session_tag> publishers_;  ///< those who do not want to hear themselves
  std::array<std::size_t, 2> bytes_{};   ///< plain, and with what is compressed
  sequence first_ = 0;
  sequence next_ = 0;
  bool consecutive_ = true;
  mutable std::array<frame_ptr, 2> joined_;
};

}  // namespace roomd
