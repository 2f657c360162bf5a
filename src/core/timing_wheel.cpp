#include "core/timing_wheel.hpp"

#include <algorithm>

namespace roomd {

wheel_timer::~wheel_timer() {
  if (armed()) wheel_->cancel(*this);
}

timing_wheel::timing_wheel(time_point start, std::chrono::milliseconds tick) : start_(start), tick_(tick) {}

timing_wheel::~timing_wheel() {
  for (auto& list : slots_) take_all(turning_, list);
  while (turning_.next_ != &turning_) disarm(static_cast<wheel_timer&>(*turning_.next_));
}

void timing_wheel::set(wheel_timer& t, time_point deadline) {
  cancel(t);
  t.tick_ = now_ + 1;
  if (deadline > start_) {
    const auto after = deadline - start_;
    const auto whole = static_cast<std::uint64_t>(after / tick_);
    const std::uint64_t part = after % tick_ == after.zero() ? 0 : 1;
    t.tick_ = std::max(t.tick_, whole + part);
  }
  t.wheel_ = this;
  ++armed_;
  link_last(slot_of(t.tick_), t);
}

void timing_wheel::cancel(wheel_timer& t) {
  if (t.armed()) t.wheel_->disarm(t);
}

void timing_wheel::advance(time_point now) {
  if (now < start_) return;
  const auto target = static_cast<std::uint64_t>((now - start_) / tick_);
  // One round visits every slot, and so finds everything that is due.
  if (target > now_ + slots_.size()) now_ = target - slots_.size();
  while (now_ < target) {
    ++now_;
    fire_due(now);
  }
}

time_point timing_wheel::next_tick() const {
  return start_ + tick_ * static_cast<std::chrono::steady_clock::rep>(now_ + 1);
}

/// The slot's timers are moved to a list of their own first: what is set meanwhile is not looked at, and a
/// timer that disappears meanwhile takes itself out of whichever list it is in.
void timing_wheel::fire_due(time_point now) {
  take_all(turning_, slot_of(now_));
  while (turning_.next_ != &turning_) {
    auto& t = static_cast<wheel_timer&>(*turning_.next_);
    if (t.tick_ > now_) {
      unlink(t);
      link_last(slot_of(t.tick_), t);
    } else {
      disarm(t);
      t.on_timer(now);
    }
  }
}

void timing_wheel::disarm(wheel_timer& t) {
  unlink(t);
  t.wheel_ = nullptr;
  --armed_;
}

void timing_wheel::unlink(wheel_link& l) {
  l.previous_->next_ = l.next_;
  l.next_->previous_ = l.previous_;
  l.next_ = l.previous_ = &l;
}

void timing_wheel::link_last(wheel_link& list, wheel_link& l) {
  l.previous_ = list.previous_;
  l.next_ = &list;
  list.previous_->next_ = &l;
  list.previous_ = &l;
}

/// Moves all of `from` behind what is in `to`.
void timing_wheel::take_all(wheel_link& to, wheel_link& from) {
  if (from.next_ == &from) return;
  from.next_->previous_ = to.previous_;
  from.previous_->next_ = &to;
  to.previous_->next_ = from.next_;
  to.previous_ = from.previous_;
  from.next_ = from.previous_ = &from;
}

}  // namespace roomd
