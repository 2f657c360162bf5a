#include "net/frame_queue.hpp"

#include <algorithm>
#include <utility>

namespace roomd::net {
namespace {

constexpr std::size_t idle_capacity = 8;

}  // namespace

void frame_queue::push(frame_ptr f) {
  bytes_ += f->size();
  frames_.push_back(std::move(f));
}

std::size_t frame_queue::front(std::span<std::string_view> parts) const {
  const std::size_t count = std::min(parts.size(), frames_.size() - head_);
  for (std::size_t i = 0; i < count; ++i) parts[i] = frames_[head_ + i]->wire();
  if (count > 0) parts[0].remove_prefix(offset_);
  return count;
}

void frame_queue::consume(std::size_t n) {
  bytes_ -= n;
  while (n > 0) {
    const auto rest = frames_[head_]->size() - offset_;
    if (n < rest) {
      offset_ += n;
      break;
    }
    n -= rest;
    offset_ = 0;
    frames_[head_++].reset();
  }
  if (empty()) return clear();
  // A reader that is never quite done must not leave an ever longer row of empty places.
  if (head_ > idle_capacity && head_ * 2 > frames_.size()) {
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void frame_queue::drop_behind(std::size_t begun) {
  begun += offset_;
  std::size_t keep = head_;
  while (begun > 0) begun -= std::min(begun, frames_[keep++]->size());
  for (std::size_t i = keep; i < frames_.size(); ++i) bytes_ -= frames_[i]->size();
  frames_.resize(keep);
  if (empty()) clear();
}

void frame_queue::clear() {
  frames_.clear();
  if (frames_.capacity() > idle_capacity) frames_.shrink_to_fit();
  head_ = offset_ = bytes_ = 0;
}

}  // namespace roomd::net
