#include "core/liveness.hpp"

namespace roomd {

void liveness::opened(time_point now) {
  open_ = true;
  pinged_at_ = now;
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
  if (unanswered_) return verdict::ping_timeout;
  pinged_at_ = since_ = now;
  unanswered_ = true;
  return verdict::ping;
}

}  // namespace roomd
