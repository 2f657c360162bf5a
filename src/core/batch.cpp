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
  if (!m->echo) {
    const session_tag tag = tag_of(m->session);
    if (!may_exclude(tag)) publishers_.push_back(tag);
  }
  messages_.push_back(std::move(m));
  const message& added = *messages_.back();
  // From here on nothing fails: either all of it is in the batch, or nothing is.
  joined_ = {};
  for (const bool deflates : {false, true}) bytes_[deflates] += added.wire_size(deflates);
  if (added.seq != 0) {
    if (first_ == 0) first_ = next_ = added.seq;
    consecutive_ = consecutive_ && added.seq == next_;
    next_ = added.seq + 1;
  }
}

void batch::clear() {
  messages_.clear();
  publishers_.clear();
  if (messages_.capacity() > idle_capacity) messages_.shrink_to_fit();
  if (publishers_.capacity() > idle_capacity) publishers_.shrink_to_fit();
  bytes_ = {};
  first_ = next_ = 0;
  consecutive_ = true;
  joined_ = {};
}

bool batch::may_exclude(session_tag tag) const {
  return std::find(publishers_.begin(), publishers_.end(), tag) != publishers_.end();
}

const frame_ptr& batch::joined(bool deflates) const {
  frame_ptr& form = joined_[deflates];
  if (form) return form;
  if (messages_.size() == 1) return form = frame_for(messages_.front(), deflates);
  if (deflates && bytes(true) == bytes())
    return form = joined();  // compressed frames are shorter, so there are none
  std::string all;
  all.reserve(bytes(deflates));
  for (const auto& m : messages_) all += deflates && m->deflated ? m->deflated->wire() : m->native.wire();
  return form = std::make_shared<const frame>(std::move(all), 0, 0);
}

}  // namespace roomd
