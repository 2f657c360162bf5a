#include "core/batch.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace roomd {
namespace {

constexpr std::size_t idle_capacity = 4;

}  // namespace

void batch::add(message_ptr m) {
  if (m->seq != 0) {
    if (first_ == 0) first_ = next_ = m->seq;
    consecutive_ = consecutive_ && m->seq == next_;
    next_ = m->seq + 1;
  }
  if (!m->echo) {
    const session_tag tag = tag_of(m->session);
    if (!may_exclude(tag)) publishers_.push_back(tag);
  }
  bytes_ += m->native.size();
  joined_ = nullptr;
  messages_.push_back(std::move(m));
}

void batch::clear() {
  messages_.clear();
  publishers_.clear();
  if (messages_.capacity() > idle_capacity) messages_.shrink_to_fit();
  if (publishers_.capacity() > idle_capacity) publishers_.shrink_to_fit();
  bytes_ = 0;
  first_ = next_ = 0;
  consecutive_ = true;
  joined_ = nullptr;
}

bool batch::may_exclude(session_tag tag) const {
  return std::find(publishers_.begin(), publishers_.end(), tag) != publishers_.end();
}

const frame_ptr& batch::joined() const {
  if (joined_) return joined_;
  if (messages_.size() == 1) return joined_ = native_frame(messages_.front());
  std::string all;
  all.reserve(bytes_);
  for (const auto& m : messages_) all += m->native.wire();
  return joined_ = std::make_shared<const frame>(std::move(all), 0, 0);
}

}  // namespace roomd
