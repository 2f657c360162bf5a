#include "net/frame_queue.hpp"

#include <algorithm>
#include <utility>

namespace roomd::net {
namespace {

constexpr std::size_t places_to_close = 8;  // worth moving the others for

}  // namespace

void frame_queue::push(frame_ptr f) {
  bytes_ += f->size();
  first_ ? rest_.push_back(std::move(f)) : first_.swap(f);
}

std::size_t frame_queue::front(std::span<std::string_view> parts) const {
  if (!first_) return 0;
  parts[0] = first();
  const std::size_t others = std::min(parts.size() - 1, rest_.size() - head_);
  for (std::size_t i = 0; i < others; ++i) parts[i + 1] = rest_[head_ + i]->wire();
  return others + 1;
}

std::string_view frame_queue::copy_front(std::span<char> into) const {
  if (!first_) return {};
  std::size_t size = first().copy(into.data(), into.size());
  for (std::size_t i = head_; i < rest_.size() && size < into.size(); ++i)
    size += rest_[i]->wire().copy(into.data() + size, into.size() - size);
  return {into.data(), size};
}

void frame_queue::consume(std::size_t n) {
  bytes_ -= n;
  while (n > 0) {
    const auto left = first_->size() - offset_;
    if (n < left) {
      offset_ += n;
      return;
    }
    n -= left;
    drop_first();
  }
}

void frame_queue::drop_first() {
  offset_ = 0;
  if (head_ == rest_.size()) return clear();
  first_ = std::move(rest_[head_++]);
  // A reader that is never quite done must not leave an ever longer row of empty places.
  if (head_ > places_to_close && head_ * 2 > rest_.size()) {
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void frame_queue::drop_behind(std::size_t begun) {
  begun += offset_;
  if (begun == 0) return clear();
  begun -= std::min(begun, first_->size());
  std::size_t keep = head_;
  while (begun > 0) begun -= std::min(begun, rest_[keep++]->size());
  for (std::size_t i = keep; i < rest_.size(); ++i) bytes_ -= rest_[i]->size();
  rest_.resize(keep);
}

void frame_queue::clear() {
  first_.reset();
  if (rest_.capacity() > 0) std::vector<frame_ptr>().swap(rest_);
  head_ = offset_ = bytes_ = 0;
}

}  // namespace roomd::net
