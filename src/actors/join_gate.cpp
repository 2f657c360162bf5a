#include "actors/join_gate.hpp"

#include <exception>
#include <utility>
#include <variant>

#include "actors/log.hpp"

namespace roomd::actors {
void join_gate::request(std::uint64_t session, protocol::room_request&& r) {
  const bool join = std::holds_alternative<join_room>(r);
  if (join) turns_.mark(*this);
  if (may_pass(session, join)) {
    if (join) --left_;
    return pass_(std::move(r));
  }
  waiting_.push_back({session, std::move(r)});
  ++of_session_[session];
}

bool join_gate::may_pass(std::uint64_t session, bool join) const {
  if (waiting_.empty()) return !join || left_ > 0;
  return !join && !of_session_.contains(session);
}

void join_gate::on_turn_end() noexcept {
  const std::size_t most = allowance();
  left_ = most;
  while (left_ > 0 && !waiting_.empty()) let_through();
  if (left_ < most) turns_.mark_next(*this);
}

std::size_t join_gate::allowance() const { return turns_.crowded() ? 1 : joins_a_turn_; }

// What is lost for want of memory is a command without an answer: the session's command time-out tells its client.
void join_gate::let_through() {
  entry next = std::move(waiting_.front());
  waiting_.pop_front();
  if (auto found = of_session_.find(next.session); --found->second == 0) of_session_.erase(found);
  if (std::holds_alternative<join_room>(next.what)) --left_;
  try {
    pass_(std::move(next.what));
  } catch (const std::exception& fault) {
    log().error("join_gate.exception what=\"{}\"", fault.what());
  }
}

}  // namespace roomd::actors
