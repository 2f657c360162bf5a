#include <algorithm>
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

TEST_CASE_METHOD(fixture, "turn: spare work comes behind everything marked, as far as there is time") {
  queue.mark_spare(a);
  queue.mark_spare(b);
  queue.mark(c);
  queue.end_turn([] { return false; });
  CHECK(calls == "c");
  CHECK_FALSE(queue.empty());
  queue.end_turn([left = 1]() mutable { return left-- > 0; });
  CHECK(calls == "ca");
  queue.end_turn();
  CHECK(calls == "cab");
  CHECK(queue.empty());
}

TEST_CASE_METHOD(fixture, "turn: what spare work marks is called before the next spare work") {
  probe marks('m', calls, [this] { queue.mark(c); });
  queue.mark_spare(marks);
  queue.mark_spare(a);
  queue.end_turn();
  CHECK(calls == "mca");
}

TEST_CASE_METHOD(fixture,
                 "turn: spare work that is marked for this turn leaves the others' order as it was") {
  queue.mark_spare(a);
  queue.mark_spare(b);
  queue.mark_spare(a);
  queue.mark(b);
  queue.mark_spare(b);
  queue.mark_next(a);
  queue.end_turn();
  CHECK(calls == "ba");
  CHECK(queue.empty());
}

TEST_CASE_METHOD(fixture, "turn: spare work may mark itself again, unmark and destroy others") {
  auto victim = std::make_unique<probe>('v', calls);
  int rounds = 2;
  probe* self = nullptr;
  probe again('s', calls, [&] {
    if (--rounds > 0) queue.mark_spare(*self);
    if (victim) queue.unmark(*victim);
    victim.reset();
  });
  self = &again;
  queue.mark_spare(again);
  queue.mark_spare(*victim);
  queue.mark_spare(a);
  queue.end_turn([left = 2]() mutable { return left-- > 0; });
  CHECK(calls == "sa");
  queue.end_turn();
  CHECK(calls == "sas");
  CHECK(queue.empty());
}

TEST_CASE("turn: it is crowded while more waits for spare time than a turn gets through") {
  turn_queue queue;
  std::string calls;
  std::vector<std::unique_ptr<probe>> probes;
  while (!queue.crowded()) {
    REQUIRE(probes.size() < 100);
    probes.push_back(std::make_unique<probe>('x', calls));
    queue.mark_spare(*probes.back());
  }
  queue.end_turn([left = 1]() mutable { return left-- > 0; });
  CHECK_FALSE(queue.crowded());
  for (auto& each : probes) queue.unmark(*each);
  CHECK(queue.empty());
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
    std::string spare;
    std::string expected;
    for (int step = 0; step < 40; ++step) {
      const std::size_t i = d.below(probes.size());
      const char name = static_cast<char>('a' + i);
      const bool is_now = now.find(name) != std::string::npos;
      const bool is_next = next.find(name) != std::string::npos;
      const bool is_spare = spare.find(name) != std::string::npos;
      switch (d.below(7)) {
        case 0:
        case 1:
          queue.mark(*probes[i]);
          std::erase(next, name);
          std::erase(spare, name);
          if (!is_now) now += name;
          break;
        case 2:
          queue.mark_next(*probes[i]);
          if (!is_now && !is_next && !is_spare) next += name;
          break;
        case 5:
          queue.mark_spare(*probes[i]);
          if (!is_now && !is_next && !is_spare) spare += name;
          break;
        case 3:
          queue.unmark(*probes[i]);
          std::erase(now, name);
          std::erase(next, name);
          std::erase(spare, name);
          break;
        default: {
          const std::size_t time = std::min<std::size_t>(d.below(3), spare.size());
          queue.end_turn([left = time]() mutable { return left-- > 0; });
          expected += now + spare.substr(0, time);
          spare.erase(0, time);
          now = std::exchange(next, {});
        }
      }
      REQUIRE((calls == expected && queue.empty() == (now.empty() && next.empty() && spare.empty())));
    }
  }
}
