#include "core/catch_up.hpp"

#include <algorithm>

namespace roomd {

void catch_up_queue::push(request r) { of_session_.emplace(r.session, waiting_.insert(waiting_.end(), r)); }

void catch_up_queue::begin_turn(std::size_t shares) {
  left_ = bytes_a_turn_ * shares;
  fresh_ = true;
}

std::optional<catch_up_queue::request> catch_up_queue::pop() {
  if (waiting_.empty()) return std::nullopt;
  const auto next = waiting_.front();
  if (next.bytes > left_ && !fresh_) return std::nullopt;
  left_ -= std::min(left_, next.bytes);
  fresh_ = false;
  forget_place(waiting_.begin());
  waiting_.pop_front();
  return next;
}

void catch_up_queue::forget(std::uint64_t session) {
  const auto [first, last] = of_session_.equal_range(session);
  for (auto it = first; it != last; ++it) waiting_.erase(it->second);
  of_session_.erase(first, last);
}

void catch_up_queue::forget_place(place p) {
  const auto [first, last] = of_session_.equal_range(p->session);
  of_session_.erase(std::find_if(first, last, [p](const auto& entry) { return entry.second == p; }));
}

}  // namespace roomd
