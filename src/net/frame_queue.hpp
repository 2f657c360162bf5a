// The frames that wait for one socket, and how far the first of them has gone. Pure; owned by the stream.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/frame.hpp"

namespace roomd::net {

class frame_queue {
 public:
  void push(frame_ptr f);
  /// All that waits.
  std::size_t bytes() const { return bytes_; }
  bool empty() const { return !first_; }
  /// One frame waits, or what is left of it.
  bool single() const { return first_ && head_ == rest_.size(); }
  /// Where one waits: what is left of the first.
  std::string_view first() const { return first_->wire().substr(offset_); }
  /// What comes next, in at most so many parts; returns how many there are.
  std::size_t front(std::span<std::string_view> parts) const;
  /// Copies what comes next, as much as fits; returns it.
  std::string_view copy_front(std::span<char> into) const;
  /// The first `n` bytes have gone.
  void consume(std::size_t n);
  /// Drops what waits behind the frame in which the first `begun` bytes end, or all where none has begun.
  void drop_behind(std::size_t begun);
  /// Empties it. An empty one holds no heap memory.
  void clear();

 private:
  void drop_first();

  std::size_t bytes_ = 0;
  std::size_t offset_ = 0;       ///< of the first frame, how much has gone
  frame_ptr first_;              ///< null: it is empty. Most of the time there is no other
  std::vector<frame_ptr> rest_;  ///< from `head_` on
  std::size_t head_ = 0;
};

}  // namespace roomd::net
