#include <functional>
#include <memory>
#include <vector>

#include "core/timing_wheel.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using roomd::time_point;
using roomd::timing_wheel;
using roomd::wheel_timer;

namespace {

const time_point start{1h};

struct probe final : wheel_timer {
  std::function<void(time_point)> then;
  int fired = 0;

  void on_timer(time_point now) override {
    ++fired;
    if (then) then(now);
  }
};

}  // namespace

TEST_CASE("timing wheel: a timer fires once, at the first tick that is not before its deadline") {
  timing_wheel wheel(start, 50ms);
  probe t;
  wheel.set(t, start + 101ms);
  CHECK(t.armed());
  wheel.advance(start + 149ms);
  CHECK(t.fired == 0);
  wheel.advance(start + 150ms);
  CHECK(t.fired == 1);
  CHECK_FALSE(t.armed());
  CHECK(wheel.empty());
  wheel.advance(start + 1h);
  CHECK(t.fired == 1);
}

TEST_CASE("timing wheel: a deadline on a tick fires at that tick") {
  timing_wheel wheel(start, 50ms);
  probe t;
  wheel.set(t, start + 100ms);
  wheel.advance(start + 100ms);
  CHECK(t.fired == 1);
}

TEST_CASE("timing wheel: a deadline that is over fires at the next tick") {
  timing_wheel wheel(start, 50ms);
  wheel.advance(start + 1s);
  probe past;
  probe long_past;
  wheel.set(past, start + 500ms);
  wheel.set(long_past, time_point::min());
  wheel.advance(start + 1049ms);
  CHECK(past.fired + long_past.fired == 0);
  CHECK(wheel.next_tick() == start + 1050ms);
  wheel.advance(wheel.next_tick());
  CHECK(past.fired == 1);
  CHECK(long_past.fired == 1);
}

TEST_CASE("timing wheel: setting again moves the deadline both ways") {
  timing_wheel wheel(start, 50ms);
  probe sooner;
  probe later;
  wheel.set(sooner, start + 10s);
  wheel.set(sooner, start + 1s);
  wheel.set(later, start + 1s);
  wheel.set(later, start + 10s);
  wheel.advance(start + 1s);
  CHECK(sooner.fired == 1);
  CHECK(later.fired == 0);
  wheel.advance(start + 10s);
  CHECK(sooner.fired == 1);
  CHECK(later.fired == 1);
}

TEST_CASE("timing wheel: a cancelled timer does not fire") {
  timing_wheel wheel(start, 50ms);
  probe t;
  wheel.set(t, start + 1s);
  wheel.cancel(t);
  wheel.cancel(t);
  CHECK_FALSE(t.armed());
  CHECK(wheel.empty());
  wheel.advance(start + 2s);
  CHECK(t.fired == 0);
}

TEST_CASE("timing wheel: a deadline many rounds away waits for its round") {
  timing_wheel wheel(start, 1ms);
  probe t;
  wheel.set(t, start + 24h);
  for (auto now = start; now < start + 24h; now += 7s) wheel.advance(now);
  CHECK(t.fired == 0);
  wheel.advance(start + 24h);
  CHECK(t.fired == 1);
}

TEST_CASE("timing wheel: a deadline at the end of time is never reached") {
  timing_wheel wheel(start, 50ms);
  probe t;
  wheel.set(t, time_point::max());
  wheel.advance(start + 24h * 365 * 100);
  CHECK(t.armed());
}

TEST_CASE("timing wheel: after a long pause everything that is due fires at once") {
  timing_wheel wheel(start, 50ms);
  std::vector<probe> timers(500);
  for (std::size_t i = 0; i < timers.size(); ++i) wheel.set(timers[i], start + 1s * static_cast<int>(i));
  wheel.advance(start + 400s);
  for (std::size_t i = 0; i < timers.size(); ++i) CHECK(timers[i].fired == (i <= 400 ? 1 : 0));
}

TEST_CASE("timing wheel: earlier ticks fire first") {
  timing_wheel wheel(start, 50ms);
  std::vector<int> order;
  probe first;
  probe second;
  first.then = [&](time_point) { order.push_back(1); };
  second.then = [&](time_point) { order.push_back(2); };
  wheel.set(second, start + 2s);
  wheel.set(first, start + 1s);
  wheel.advance(start + 3s);
  CHECK(order == std::vector<int>{1, 2});
}

TEST_CASE("timing wheel: a timer may arm itself again when it fires") {
  timing_wheel wheel(start, 50ms);
  probe t;
  t.then = [&](time_point now) { wheel.set(t, now + 1s); };
  wheel.set(t, start);
  for (auto now = start; now <= start + 10s; now += 50ms) wheel.advance(now);
  CHECK(t.fired == 10);
}

TEST_CASE("timing wheel: a timer may cancel, move and destroy others that are due with it, and itself") {
  timing_wheel wheel(start, 50ms);
  probe cancelled;
  probe moved;
  auto destroyed = std::make_unique<probe>();
  auto self = std::make_unique<probe>();
  self->then = [&](time_point now) {
    wheel.cancel(cancelled);
    wheel.set(moved, now + 1s);
    destroyed.reset();
    self.reset();
  };
  wheel.set(*self, start + 1s);
  wheel.set(cancelled, start + 1s);
  wheel.set(moved, start + 1s);
  wheel.set(*destroyed, start + 1s);
  wheel.advance(start + 1s);
  CHECK(cancelled.fired == 0);
  CHECK(moved.fired == 0);
  CHECK_FALSE(self);
  wheel.advance(start + 2s);
  CHECK(moved.fired == 1);
  CHECK(wheel.empty());
}

TEST_CASE("timing wheel: the end of a timer cancels it") {
  timing_wheel wheel(start, 50ms);
  {
    probe t;
    wheel.set(t, start + 1s);
  }
  CHECK(wheel.empty());
  wheel.advance(start + 2s);
}

TEST_CASE("timing wheel: a timer may outlive its wheel") {
  probe t;
  {
    timing_wheel wheel(start, 50ms);
    wheel.set(t, start + 1s);
  }
  CHECK_FALSE(t.armed());
}

TEST_CASE("timing wheel: a timer that is set on another wheel leaves the first") {
  timing_wheel first(start, 50ms);
  timing_wheel second(start, 50ms);
  probe t;
  first.set(t, start + 1s);
  second.set(t, start + 1s);
  CHECK(first.empty());
  first.advance(start + 2s);
  CHECK(t.fired == 0);
  second.advance(start + 2s);
  CHECK(t.fired == 1);
}
