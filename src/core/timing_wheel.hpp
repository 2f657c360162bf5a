// The timers of one shard: a hashed wheel, so that setting and cancelling one of a hundred thousand costs the
// same as one of ten. Time is cut into ticks counted from the wheel's start; a timer stands in the slot of
// its tick, and a slot holds the ticks of many rounds. Whoever has a timer embeds it; the wheel only links
// it, and allocates nothing. Used on the shard's thread only.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/time.hpp"

namespace roomd {

class timing_wheel;

/// A link of a circular list; unlinked it is its own neighbour.
class wheel_link {
 public:
  wheel_link() = default;
  wheel_link(const wheel_link&) = delete;
  wheel_link& operator=(const wheel_link&) = delete;

 private:
  friend class timing_wheel;
  wheel_link* next_ = this;
  wheel_link* previous_ = this;
};

/// Something that wants a call at a certain time. Not copied, not moved; its end cancels it. It may outlive
/// its wheel.
class wheel_timer : private wheel_link {
 public:
  wheel_timer() = default;
  /// The deadline is over. The timer is no longer armed; it may set or cancel any timer, destroy any timer,
  /// itself too, but not the wheel.
  virtual void on_timer(time_point now) = 0;
  bool armed() const { return wheel_ != nullptr; }

 protected:
  virtual ~wheel_timer();

 private:
  friend class timing_wheel;
  timing_wheel* wheel_ = nullptr;  ///< null: not armed
  std::uint64_t tick_ = 0;         ///< at which it fires
};

class timing_wheel {
 public:
  explicit timing_wheel(time_point start, std::chrono::milliseconds tick = std::chrono::milliseconds(50));
  timing_wheel(const timing_wheel&) = delete;
  timing_wheel& operator=(const timing_wheel&) = delete;
  ~timing_wheel();

  /// Arms `t`, anew where it was armed. It never fires before the deadline, and at most one tick after it
  /// where `advance` is called in time. One whose deadline is over fires at the next tick, never within this
  /// call.
  void set(wheel_timer& t, time_point deadline);
  /// Nothing where it is not armed.
  void cancel(wheel_timer& t);
  /// Fires what is due, earlier ticks first; only after a pause of more than one round of the wheel in any order.
  /// Not called from `on_timer`.
  void advance(time_point now);
  bool empty() const { return armed_ == 0; }
  /// When to call `advance` next, unless the wheel is empty.
  time_point next_tick() const;

 private:
  wheel_link& slot_of(std::uint64_t tick) { return slots_[tick % slots_.size()]; }
  void fire_due(time_point now);
  void disarm(wheel_timer& t);
  static void unlink(wheel_link& l);
  static void link_last(wheel_link& list, wheel_link& l);
  static void take_all(wheel_link& to, wheel_link& from);

  time_point start_;
  std::chrono::steady_clock::duration tick_;
  std::uint64_t now_ = 0;  ///< the newest tick whose timers were fired
  std::size_t armed_ = 0;
  wheel_link turning_;  ///< out of their slot, to be fired or put back
  std::array<wheel_link, 1024> slots_;
};

}  // namespace roomd
