#include "store/redis_slot_table.hpp"

#include <algorithm>

namespace roomd::store {

void redis_slot_table::learn(const redis_cluster_map& map, place teller) {
  const auto masters = places_of(map);
  for (std::size_t slot = 0; slot < redis_slots; ++slot) {
    entry& e = slots_[slot];
    const auto owner = map.owners[slot];
    if (owner != nobody) {
      claim(e, masters[owner], map.masters[owner].epoch, teller);
    } else if (teller != nobody && teller == e.home && e.next == e.home) {
      leave(e, nobody);
    }
  }
}

void redis_slot_table::claim(entry& e, place who, std::uint64_t epoch, place teller) {
  const bool denied = teller != nobody && teller == e.home && e.next == e.home && who != e.home;
  const bool news = e.next == nobody || epoch > e.epoch || denied;
  e.epoch = who == e.next || news ? std::max(e.epoch, epoch) : e.epoch;
  if (who != e.next && news) leave(e, who);
}

/// Where it was nowhere, there is nothing to leave.
void redis_slot_table::leave(entry& e, place next) {
  e.next = next;
  if (e.now == standing::serving) e.now = e.home == nobody ? standing::fenced : standing::leaving;
}

void redis_slot_table::distrust() {
  for (entry& e : slots_) e.epoch = 0;
}

bool redis_slot_table::doubt(std::size_t slot, place at) {
  entry& e = slots_[slot];
  if (e.home != at || e.now != standing::serving) return false;
  e.now = standing::leaving;
  return true;
}

void redis_slot_table::fence(place p) {
  for (entry& e : slots_) {
    if (e.home == p && e.now == standing::leaving) e.now = standing::fenced;
  }
}

std::vector<std::size_t> redis_slot_table::due(place p, bool all) const {
  std::vector<std::size_t> found;
  for (std::size_t slot = 0; slot < redis_slots; ++slot) {
    const entry& e = slots_[slot];
    if (e.home == p && (e.now == standing::fenced || (all && e.now == standing::leaving)))
      found.push_back(slot);
  }
  return found;
}

std::size_t redis_slot_table::move(const std::vector<std::size_t>& slots) {
  std::size_t moved = 0;
  for (const auto slot : slots) {
    entry& e = slots_[slot];
    if (e.home != e.next) ++moved;
    e.home = e.next;
    e.now = standing::serving;
  }
  return moved;
}

std::vector<redis_slot_table::place> redis_slot_table::left() const {
  std::vector<place> found;
  for (const entry& e : slots_) {
    if (e.now != standing::serving && std::find(found.begin(), found.end(), e.home) == found.end())
      found.push_back(e.home);
  }
  return found;
}

std::vector<std::size_t> redis_slot_table::loads() const {
  std::vector<std::size_t> count(places_.size());
  for (const entry& e : slots_) {
    if (e.home != nobody) ++count[e.home];
    if (e.next != nobody && e.next != e.home) ++count[e.next];
  }
  return count;
}

std::size_t redis_slot_table::orphans() const {
  return static_cast<std::size_t>(
      std::count_if(slots_.begin(), slots_.end(), [](const entry& e) { return e.next == nobody; }));
}

/// A master that is new gets the number of a place that is none any more, or the next one.
std::vector<redis_slot_table::place> redis_slot_table::places_of(const redis_cluster_map& map) {
  auto used = loads();
  std::vector<place> found;
  for (const auto& m : map.masters) {
    std::size_t at = 0;
    while (at < places_.size() && places_[at] != m.at) ++at;
    if (at == places_.size()) {
      at = static_cast<std::size_t>(std::find(used.begin(), used.end(), 0U) - used.begin());
      if (at == places_.size()) {
        places_.emplace_back();
        used.push_back(0);
      }
      places_[at] = m.at;
    }
    ++used[at];
    found.push_back(static_cast<place>(at));
  }
  return found;
}

}  // namespace roomd::store
