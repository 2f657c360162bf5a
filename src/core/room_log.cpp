#include "core/room_log.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace roomd {

room_log::room_log(roomd::epoch e, log_bounds b, sequence head)
    : epoch_(std::move(e)), bounds_(b), head_(head) {}

void room_log::append(message_ptr m, time_point now) {
  assert(m->seq == head_ + 1);
  ++head_;
  bytes_ += m->size();
  kept_.push_back({std::move(m), now});
  while (kept_.size() > bounds_.messages || bytes_ > bounds_.bytes) drop_oldest();
  expire(now);
}

void room_log::expire(time_point now) {
  while (!kept_.empty() && kept_.front().at + bounds_.age <= now) drop_oldest();
}

std::optional<time_point> room_log::next_expiry() const {
  if (kept_.empty()) return std::nullopt;
  return kept_.front().at + bounds_.age;
}

void room_log::shed(std::size_t bytes) {
  const std::size_t goal = bytes_ - std::min(bytes, bytes_);
  while (bytes_ > goal) drop_oldest();
}

void room_log::restart(roomd::epoch e, sequence head) {
  epoch_ = std::move(e);
  head_ = head;
  kept_.clear();
  bytes_ = 0;
}

std::vector<message_ptr> room_log::read(sequence from, page_bounds b) const {
  const std::size_t begin = place_of(from);
  std::size_t end = begin;
  std::size_t bytes = 0;
  while (end < kept_.size() && end - begin < b.messages) {
    bytes += kept_[end].what->size();
    if (end > begin && bytes > b.bytes) break;
    ++end;
  }
  return slice(begin, end);
}

std::vector<message_ptr> room_log::newest(std::optional<sequence> before, page_bounds b) const {
  const std::size_t end = before ? place_of(*before) : kept_.size();
  std::size_t begin = end;
  std::size_t bytes = 0;
  while (begin > 0 && end - begin < b.messages) {
    bytes += kept_[begin - 1].what->size();
    if (begin < end && bytes > b.bytes) break;
    --begin;
  }
  return slice(begin, end);
}

std::size_t room_log::count_for(sequence after, std::string_view session_id) const {
  if (after >= head_) return 0;
  const std::size_t begin = place_of(after + 1);
  if (session_id.empty()) return kept_.size() - begin;
  std::size_t count = 0;
  for (std::size_t i = begin; i < kept_.size(); ++i) {
    if (kept_[i].what->is_for(session_id)) ++count;
  }
  return count;
}

std::size_t room_log::place_of(sequence seq) const {
  if (seq <= first()) return 0;
  return static_cast<std::size_t>(std::min<sequence>(seq - first(), kept_.size()));
}

std::vector<message_ptr> room_log::slice(std::size_t begin, std::size_t end) const {
  std::vector<message_ptr> messages;
  messages.reserve(end - begin);
  for (std::size_t i = begin; i < end; ++i) messages.push_back(kept_[i].what);
  return messages;
}

void room_log::drop_oldest() {
  bytes_ -= kept_.front().what->size();
  kept_.pop_front();
}

}  // namespace roomd
