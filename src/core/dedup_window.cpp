#include "core/dedup_window.hpp"

#include <algorithm>
#include <utility>

namespace roomd {

std::optional<sequence> dedup_window::find(std::string_view key, time_point now) {
  expire(now);
  const auto found = keys_.find(key);
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

void dedup_window::insert(std::string key, sequence seq, time_point now) {
  expire(now);
  by_age_.reserve_one();
  const auto [place, added] = keys_.try_emplace(std::move(key), seq);
  if (!added) return;
  bytes_ += place->first.size() + entry_overhead;
  by_age_.push_back({place, now});
  while (bytes_ > bounds_.bytes) drop_oldest();
  expire(now);
}

void dedup_window::clear() {
  keys_.clear();
  by_age_.clear();
  bytes_ = 0;
}

void dedup_window::shed(std::size_t bytes) {
  const std::size_t keep = bytes_ - std::min(bytes, bytes_);
  while (bytes_ > keep) drop_oldest();
}

void dedup_window::expire(time_point now) {
  while (by_age_.size() > bounds_.count && by_age_.front().at + bounds_.age <= now) drop_oldest();
}

std::optional<time_point> dedup_window::next_expiry() const {
  if (by_age_.size() <= bounds_.count) return std::nullopt;
  return by_age_.front().at + bounds_.age;
}

void dedup_window::drop_oldest() {
  const auto oldest = by_age_.front().key;
  bytes_ -= oldest->first.size() + entry_overhead;
  keys_.erase(oldest);
  by_age_.pop_front();
}

}  // namespace roomd
