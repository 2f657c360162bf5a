#include "store/redis_detours.hpp"

#include "store/redis_slot.hpp"

namespace roomd::store {

const redis_detours::entry* redis_detours::find(std::string_view key) const {
  if (rooms_.empty()) return nullptr;
  const auto found = rooms_.find(redis_tag(key));
  return found == rooms_.end() ? nullptr : &found->second;
}

std::optional<redis_detours::place> redis_detours::serving(std::string_view key) const {
  const auto* e = find(key);
  if (!e) return {};
  return e->leaving ? nobody : e->now;
}

std::optional<redis_detours::place> redis_detours::at(std::string_view key) const {
  const auto* e = find(key);
  if (!e || e->now == nobody) return {};
  return e->now;
}

bool redis_detours::sent_on(std::string_view key, place from, place to) {
  if (from == to) return false;
  const std::string tag(redis_tag(key));
  const auto found = rooms_.find(tag);
  if (found == rooms_.end()) {
    if (to == nobody || rooms_.size() >= most_rooms || barred_.contains(tag)) return false;
    rooms_.emplace(tag, entry{nobody, to, from, true});
    return true;
  }
  entry& e = found->second;
  if (e.leaving || e.now != from) return false;
  e.next = to;
  e.from = from;
  e.leaving = true;
  return true;
}

void redis_detours::settle(rooms::iterator at) {
  entry& e = at->second;
  if (e.next == nobody) {
    if (barred_.size() < most_rooms) barred_.insert(at->first);
    rooms_.erase(at);
    return;
  }
  e.now = e.next;
  e.leaving = false;
}

bool redis_detours::left(std::string_view key) {
  const auto found = rooms_.find(redis_tag(key));
  if (found == rooms_.end() || !found->second.leaving) return false;
  settle(found);
  return true;
}

void redis_detours::lost(place p) {
  for (auto each = rooms_.begin(); each != rooms_.end();) {
    const auto now = each++;
    if (now->second.leaving && now->second.from == p) settle(now);
  }
}

bool redis_detours::arrived(std::string_view key, place home) const {
  const auto* e = find(key);
  return e && !e->leaving && e->now == home;
}

void redis_detours::forget_slots(const std::function<bool(std::size_t slot)>& which) {
  std::erase_if(rooms_, [&](const auto& room) { return which(redis_slot(room.first)); });
}

}  // namespace roomd::store
