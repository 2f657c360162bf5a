#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/turn.hpp"

#include "catch.hpp"
#include "unit/core/log_tools.hpp"

using namespace roomd;

namespace {

/// Writes its name down when it is called, then does what the test wants.
class probe final : public turn_end {
 public:
  probe(char name, std::string& calls, std::function<void()> then = {})
      : name_(name), calls_(calls), then_(std::move(then)) {}
  void on_turn_end() noexcept override {
    calls_ += name_;
    const auto then = then_;  // it may destroy this probe
    if (then) then();
  }

 private:
  char name_;
  std::string& calls_;
  std::function<void()> then_;
};

struct fixture {
  turn_queue queue;
  std::string calls;
  probe a{'a', calls}, b{'b', calls}, c{'c', calls};
};

}  // namespace

TEST_CASE_METHOD(fixture, "turn: what is marked is called once, in the order of marking") {
  queue.mark(b);
  queue.mark(a);
  queue.mark(b);
  queue.end_turn();
  CHECK(calls == "ba");
  queue.end_turn();
  CHECK(calls == "ba");
}

TEST_CASE_METHOD(fixture, "turn: what is marked for the next turn waits for it") {
  queue.mark_next(a);
  queue.mark_next(a);
  queue.end_turn();
  CHECK(calls.empty());
  CHECK_FALSE(queue.empty());
  queue.end_turn();
  CHECK(calls == "a");
  CHECK(queue.empty());
}

TEST_CASE_METHOD(fixture, "turn: marked for both turns, it is called in the earlier only") {
  queue.mark(a);
  queue.mark_next(a);
  queue.mark_next(b);
  queue.mark(b);
  queue.end_turn();
  queue.end_turn();
  CHECK(calls == "ab");
}

TEST_CASE_METHOD(fixture, "turn: what is unmarked is not called") {
  queue.mark(a);
  queue.mark(b);
  queue.mark_next(c);
  queue.unmark(a);
  queue.unmark(c);
  queue.end_turn();
  queue.end_turn();
  CHECK(calls == "b");
}

TEST_CASE_METHOD(fixture, "turn: a queue whose marks were all taken back is empty") {
  queue.mark(a);
  queue.mark_next(b);
  CHECK_FALSE(queue.empty());
  queue.unmark(a);
  queue.unmark(a);
  CHECK_FALSE(queue.empty());
  queue.unmark(b);
  CHECK(queue.empty());
}

TEST_CASE_METHOD(fixture, "turn: what the next turn became can be unmarked and marked again") {
  queue.mark_next(a);
  queue.mark_next(b);
  queue.end_turn();
  queue.unmark(a);
  queue.mark(b);
  queue.mark_next(c);
  queue.mark(a);
  queue.end_turn();
  CHECK(calls == "ba");
  queue.end_turn();
  CHECK(calls == "bac");
}

TEST_CASE_METHOD(fixture, "turn: what a call marks is called in the same turn") {
  probe marks('m', calls, [this] { queue.mark(a); });
  queue.mark(marks);
  queue.mark(b);
  queue.end_turn();
  CHECK(calls == "mba");
}

TEST_CASE_METHOD(fixture, "turn: a call may mark itself again, for this turn or the next") {
  int rounds = 3;
  probe* self = nullptr;
  probe again('s', calls, [&] {
    if (--rounds > 0) queue.mark(*self);
    if (rounds == 0) queue.mark_next(*self);
  });
  self = &again;
  queue.mark(again);
  queue.end_turn();
  CHECK(calls == "sss");
  CHECK_FALSE(queue.empty());
  queue.unmark(again);
}

TEST_CASE_METHOD(fixture, "turn: a call may unmark others, before and behind it") {
  probe unmarks('u', calls, [this] {
    queue.unmark(a);
    queue.unmark(b);
    queue.unmark(c);
  });
  queue.mark(a);
  queue.mark(unmarks);
  queue.mark(b);
  queue.mark_next(c);
  queue.end_turn();
  queue.end_turn();
  CHECK(calls == "au");
  CHECK(queue.empty());
}

TEST_CASE_METHOD(fixture, "turn: a call may destroy others and itself") {
  auto victim = std::make_unique<probe>('v', calls);
  std::unique_ptr<probe> killer;
  killer = std::make_unique<probe>('k', calls, [&] {
    queue.unmark(*victim);
    victim.reset();
    killer.reset();
  });
  queue.mark(*killer);
  queue.mark(*victim);
  queue.mark(a);
  queue.end_turn();
  CHECK(calls == "ka");
}

TEST_CASE("turn: any run of marks and unmarks calls what a plain list would") {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    dice d(seed);
    turn_queue queue;
    std::string calls;
    std::vector<std::unique_ptr<probe>> probes;
    for (char name = 'a'; name < 'f'; ++name) probes.push_back(std::make_unique<probe>(name, calls));
    std::string now;
    std::string next;
    std::string expected;
    for (int step = 0; step < 40; ++step) {
      const std::size_t i = d.below(probes.size());
      const char name = static_cast<char>('a' + i);
      const bool is_now = now.find(name) != std::string::npos;
      const bool is_next = next.find(name) != std::string::npos;
      switch (d.below(5)) {
        case 0:
        case 1:
          queue.mark(*probes[i]);
          std::erase(next, name);
          if (!is_now) now += name;
          break;
        case 2:
          queue.mark_next(*probes[i]);
          if (!is_now && !is_next) next += name;
          break;
        case 3:
          queue.unmark(*probes[i]);
          std::erase(now, name);
          std::erase(next, name);
          break;
        default:
          queue.end_turn();
          expected += now;
          now = std::exchange(next, {});
      }
      REQUIRE((calls == expected && queue.empty() == (now.empty() && next.empty())));
    }
  }
}
