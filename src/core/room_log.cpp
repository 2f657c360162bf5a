#include "core/room_log.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace roomd {

room_log::room_log(roomd::epoch e, log_bounds b, sequence head)
    : epoch_(std::move(e)), bounds_(b), head_(head) {}

void room_log::append(message_ptr m, time_point now) {
  assert(m->seq == head_ + 1);
  const std::size_t size = m->size();
  held_.push_back({std::move(m), now});
  ++head_;
  bytes_ += size;
  while (held_.size() > bounds_.messages || bytes_ > bounds_.bytes) drop_oldest();
  expire(now);
  if (elsewhere_ != nowhere && head_ >= bounds_.messages)
    elsewhere_ = std::max(elsewhere_, head_ + 1 - bounds_.messages);
}

std::optional<sequence> room_log::common(const position& p) const {
  if (p.epoch == epoch_) return p.seq;
  const auto found =
      std::find_if(ancestors_.begin(), ancestors_.end(), [&](const auto& a) { return a.epoch == p.epoch; });
  if (found == ancestors_.end()) return {};
  return std::min(p.seq, found->seq);
}

void room_log::expire(time_point now) {
  while (!held_.empty() && held_.front().at + bounds_.age <= now) drop_oldest();
}

std::optional<time_point> room_log::next_expiry() const {
  if (held_.empty()) return std::nullopt;
  return held_.front().at + bounds_.age;
}

void room_log::shed(std::size_t bytes) {
  const std::size_t goal = bytes_ - std::min(bytes, bytes_);
  while (bytes_ > goal) drop_oldest();
}

void room_log::restart(roomd::epoch e, sequence head) {
  epoch_ = std::move(e);
  head_ = head;
  held_.clear();
  bytes_ = 0;
  elsewhere_ = nowhere;
  ancestors_.clear();
}

void room_log::fork(roomd::epoch child, sequence head) {
  assert(head <= head_);
  ancestors_.insert(ancestors_.begin(), {std::exchange(epoch_, std::move(child)), head});
  const std::size_t agreed = held_.size() - std::min<sequence>(head_ - head, held_.size());
  ring<entry> left;
  bytes_ = 0;
  for (std::size_t i = 0; i < agreed; ++i) {
    bytes_ += held_[i].what->size();
    left.push_back(held_[i]);
  }
  held_ = std::move(left);
  head_ = head;
}

std::vector<message_ptr> room_log::read(sequence from, page_bounds b) const {
  const std::size_t begin = place_of(from);
  std::size_t end = begin;
  std::size_t bytes = 0;
  while (end < held_.size() && end - begin < b.messages) {
    bytes += held_[end].what->native.size();
    if (end > begin && bytes > b.bytes) break;
    ++end;
  }
  return slice(begin, end);
}

std::vector<message_ptr> room_log::newest(std::optional<sequence> before, page_bounds b) const {
  const std::size_t end = before ? place_of(*before) : held_.size();
  std::size_t begin = end;
  std::size_t bytes = 0;
  while (begin > 0 && end - begin < b.messages) {
    bytes += held_[begin - 1].what->native.size();
    if (begin < end && bytes > b.bytes) break;
    --begin;
  }
  return slice(begin, end);
}

std::size_t room_log::count_for(sequence after, std::string_view session_id) const {
  if (after >= head_) return 0;
  const std::size_t begin = place_of(after + 1);
  const std::size_t elsewhere = held() - std::min(std::max(after + 1, first()), held());
  if (session_id.empty()) return elsewhere + held_.size() - begin;
  std::size_t count = elsewhere;
  for (std::size_t i = begin; i < held_.size(); ++i) {
    if (held_[i].what->is_for(session_id)) ++count;
  }
  return count;
}

std::size_t room_log::place_of(sequence seq) const {
  if (seq <= held()) return 0;
  return static_cast<std::size_t>(std::min<sequence>(seq - held(), held_.size()));
}

std::vector<message_ptr> room_log::slice(std::size_t begin, std::size_t end) const {
  std::vector<message_ptr> messages;
  messages.reserve(end - begin);
  for (std::size_t i = begin; i < end; ++i) messages.push_back(held_[i].what);
  return messages;
}

void room_log::drop_oldest() {
  bytes_ -= held_.front().what->size();
  held_.pop_front();
}

}  // namespace roomd
