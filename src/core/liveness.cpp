#include "core/liveness.hpp"

#include <utility>

namespace roomd {

void liveness::opened(time_point now, std::chrono::milliseconds early) {
  open_ = true;
  pinged_at_ = now - early;
}

void liveness::blocked(time_point now) {
  if (blocked_) return;
  blocked_ = true;
  since_ = now;
}

void liveness::progressed(time_point now, bool still_waiting) {
  if (!blocked_ && !still_waiting) return;
  blocked_ = still_waiting;
  since_ = now;
}

void liveness::reading(bool yes) {
  reads_ = yes;
  lenient_ = lenient_ || !yes;
}

bool liveness::spare(time_point now) {
  if (open_) {
    received(now);
    return true;
  }
  pinged_at_ = now;
  return !std::exchange(spared_, true);
}

time_point liveness::deadline() const {
  if (!open_) return pinged_at_ + limits_->handshake_timeout;
  if (blocked_) return since_ + limits_->write_timeout;
  if (unanswered_) return since_ + limits_->ping_timeout;
  return pinged_at_ + limits_->ping_interval;
}

liveness::verdict liveness::check(time_point now) {
  if (now < deadline()) return verdict::wait;
  if (!open_) return verdict::handshake_timeout;
  if (blocked_) return verdict::slow_consumer;
  if (unanswered_) {
    if (!std::exchange(lenient_, !reads_)) return verdict::ping_timeout;
    since_ = now;
    return verdict::wait;
  }
  // By whole intervals: sessions whose pings fell due in one standstill are not pinged together ever after.
  pinged_at_ += (now - pinged_at_) / limits_->ping_interval * limits_->ping_interval;
  since_ = now;
  unanswered_ = true;
  lenient_ = !reads_;
  return verdict::ping;
}

}  // namespace roomd
