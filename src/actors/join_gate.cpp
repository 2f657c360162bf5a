#include "actors/join_gate.hpp"

#include <exception>
#include <new>
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
  ++of_session_[session];
  try {
    waiting_.push_back({session, std::move(r)});
  } catch (...) {
    uncount(session);
    throw;
  }
}

bool join_gate::may_pass(std::uint64_t session, bool join) const {
  if (waiting_.empty()) return !join || left_ > 0;
  return !join && !of_session_.contains(session);
}

// Called again in the same turn where a join was read in its spare time: that is no new allowance.
void join_gate::on_turn_end() noexcept {
  const std::size_t most = allowance();
  if (std::exchange(given_in_, turns_.number()) != turns_.number()) left_ = most;
  while (left_ > 0 && !waiting_.empty() && let_through()) {
  }
  if (left_ < most || !waiting_.empty()) turns_.mark_next(*this);
}

std::size_t join_gate::allowance() const { return turns_.crowded() ? 1 : joins_a_turn_; }

// A join that is lost for want of memory is a command without an answer: the session's command time-out tells its client
// and undoes it. Nothing would ever undo the loss of a leave, or of what a session asks for itself, so a copy of those is
// passed, and the first one waits for the next turn where there is no memory for it.
bool join_gate::let_through() {
  entry& next = waiting_.front();
  const bool join = std::holds_alternative<join_room>(next.what);
  if (join) --left_;
  try {
    pass_(join ? std::move(next.what) : protocol::room_request(next.what));
  } catch (const std::bad_alloc& fault) {
    log().error("join_gate.exception what=\"{}\"", fault.what());
    if (!join) return false;
  } catch (const std::exception& fault) {
    log().error("join_gate.exception what=\"{}\"", fault.what());
  }
  uncount(next.session);
  waiting_.pop_front();
  return true;
}

void join_gate::uncount(std::uint64_t session) {
  if (auto found = of_session_.find(session); --found->second == 0) of_session_.erase(found);
}

}  // namespace roomd::actors
