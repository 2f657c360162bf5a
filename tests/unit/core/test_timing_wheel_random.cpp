// Random operations on a timing wheel against a plain list of deadlines: also from within on_timer.
#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "core/timing_wheel.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using roomd::time_point;
using roomd::timing_wheel;
using roomd::wheel_timer;

namespace {

const time_point start{1h};
constexpr auto tick = 10ms;

class world {
 public:
  explicit world(std::uint64_t seed) : random_(seed) {}

  /// One change of a timer: made and set, set again, cancelled, or destroyed.
  void change_one() {
    const auto name = roll(12);
    switch (roll(4)) {
      case 0:
      case 1:
        set(name);
        break;
      case 2:
        cancel(name);
        break;
      default:
        destroy(name);
    }
  }

  void advance() {
    now_ += std::chrono::milliseconds(roll(10) == 0 ? roll(30000) : roll(40));
    wheel_.advance(now_);
    check();
  }

 private:
  struct timer final : wheel_timer {
    timer(world& w, std::uint64_t n) : owner(w), name(n) {}
    void on_timer(time_point now) override { owner.fired(name, now); }
    world& owner;
    std::uint64_t name;
  };

  struct window {
    time_point earliest;
    time_point latest;  ///< an `advance` at this time must have fired it
  };

  std::uint64_t roll(std::uint64_t sides) { return random_() % sides; }

  void set(std::uint64_t name) {
    auto& t = timers_[name];
    if (!t) t = std::make_unique<timer>(*this, name);
    const auto reach = roll(5) == 0 ? 40000ULL : 200ULL;
    const auto deadline = now_ + std::chrono::milliseconds(roll(reach)) - 20ms;
    wheel_.set(*t, deadline);
    expected_[name] = {deadline, std::max(deadline, now_) + tick};
  }

  void cancel(std::uint64_t name) {
    if (const auto found = timers_.find(name); found != timers_.end()) wheel_.cancel(*found->second);
    expected_.erase(name);
  }

  void destroy(std::uint64_t name) {
    timers_.erase(name);
    expected_.erase(name);
  }

  void fired(std::uint64_t name, time_point now) {
    REQUIRE(now == now_);
    REQUIRE(expected_.contains(name));
    REQUIRE(expected_.at(name).earliest <= now);
    expected_.erase(name);
    for (auto changes = roll(3); changes > 0; --changes) change_one();
  }

  void check() {
    REQUIRE(wheel_.next_tick() > now_);
    REQUIRE(wheel_.next_tick() <= now_ + tick);
    REQUIRE(wheel_.empty() == expected_.empty());
    for (const auto& [name, t] : timers_) REQUIRE(t->armed() == expected_.contains(name));
    for (const auto& [name, when] : expected_) REQUIRE(when.latest > now_);
  }

  std::mt19937_64 random_;
  time_point now_ = start;
  timing_wheel wheel_{start, tick};
  std::map<std::uint64_t, std::unique_ptr<timer>> timers_;
  std::map<std::uint64_t, window> expected_;  ///< the armed ones
};

}  // namespace

TEST_CASE("timing wheel: agrees with a plain list of deadlines under random operations") {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    INFO("seed " << seed);
    world w(seed);
    for (int step = 0; step < 60; ++step) {
      w.change_one();
      w.advance();
    }
  }
}
