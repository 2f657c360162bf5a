#include "core/catch_up.hpp"

#include <algorithm>

namespace roomd {

namespace {

constexpr auto worth_a_share = std::chrono::milliseconds(1);
constexpr std::size_t most_shares = 32;

}  // namespace

void catch_up_queue::push(request r, time_point now) {
  if (waiting_.empty()) given_ = now;
  of_session_.emplace(r.session, waiting_.insert(waiting_.end(), r));
}

void catch_up_queue::begin_turn(time_point now) {
  const auto waited = waiting_.empty() ? time_point::duration::zero() : now - given_;
  given_ = now;
  left_ = bytes_a_share_ * std::min(static_cast<std::size_t>(waited / worth_a_share) + 1, most_shares);
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
