#include "actors/roster.hpp"

namespace roomd::actors {

protocol::session* roster::find(std::uint64_t number) const {
  auto found = sessions_.find(number);
  return found == sessions_.end() ? nullptr : found->second.session;
}

void roster::enter(protocol::seat& s) {
  auto& [seats, waiting] = rooms_[s.number];
  s.slot = static_cast<std::uint32_t>(seats.size());
  s.brought = static_cast<std::uint32_t>(waiting.size());
  seats.push_back(&s);
  ++members_;
}

// The last one takes the free place: the order of delivery among members is nobody's promise.
void roster::exit(protocol::seat& s) {
  auto found = rooms_.find(s.number);
  auto& seats = found->second.seats;
  seats[s.slot] = seats.back();
  seats[s.slot]->slot = s.slot;
  seats.pop_back();
  if (seats.empty()) rooms_.erase(found);
  if (rooms_.empty()) rooms_.rehash(0);
  --members_;
}

roster::room* roster::find_room(room_number number) {
  auto found = rooms_.find(number);
  return found == rooms_.end() ? nullptr : &found->second;
}

}  // namespace roomd::actors
