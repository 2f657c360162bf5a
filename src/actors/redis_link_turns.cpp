// Who may send next over a link, and how much may be under way: store/redis_turns.hpp.
#include <chrono>
#include <utility>

#include "actors/redis_link.hpp"

namespace roomd::actors {
namespace {

/// Of a shard's turn, for those whose turn it is here.
constexpr auto turns_time = std::chrono::microseconds(500);

}  // namespace

bool redis_link::submit(words command, store::redis_want as, handler done) {
  if (!submit(command, windowed(as, std::move(done)))) return false;
  if (as != store::redis_want::command) window_.sent();
  return true;
}

// Some places are kept for what must not wait: leases, the probe, the watchdog.
bool redis_link::may_go(store::redis_want as) const {
  const bool fits = pipeline_.in_flight() + held_.size() + bounds_.commands / 16 < bounds_.commands &&
                    pipeline_.output_bytes() <= bounds_.bytes / 2;
  return is_up() && fits && (as == store::redis_want::command || window_.open());
}

redis_link::handler redis_link::windowed(store::redis_want as, handler done) {
  if (as == store::redis_want::command) return done;
  return [this, asked = now(), done = std::move(done)](result<store::redis_reply> r) {
    r ? window_.answered(now() - asked) : window_.lost();
    done(std::move(r));
  };
}

void redis_link::wait(store::redis_want as, std::weak_ptr<store::redis_waiter> who) {
  if (!is_up()) return;
  turns_.wait(as, std::move(who));
  has_output();
}

// A few in each of the shard's turns: sockets and other actors are waiting, too.
void redis_link::hand_out_turns() {
  if (turns_.waiting() == 0) return;
  if (handed_out_ == now()) return has_output_next();
  const auto until = std::chrono::steady_clock::now() + turns_time;
  for (int i = 0; is_up(); ++i) {
    if (i % 8 == 7 && std::chrono::steady_clock::now() >= until) {
      handed_out_ = now();
      return has_output_next();
    }
    const auto turn = turns_.next(may_go(store::redis_want::command), may_go(store::redis_want::urgent));
    if (!turn) return;
    turn->who->on_turn(turn->what);
  }
}

}  // namespace roomd::actors
