// Who sends next over a connection to Redis, and how much may be under way.
#include <map>
#include <vector>

#include "store/redis_turns.hpp"

#include "catch.hpp"

using namespace roomd::store;
using namespace std::chrono_literals;

namespace {

struct somebody final : redis_waiter {
  void on_turn(redis_want) override {}
};

struct crowd {
  std::vector<std::shared_ptr<somebody>> all;
  redis_turns turns;

  void wait(redis_want what, int count) {
    for (int i = 0; i < count; ++i) {
      all.push_back(std::make_shared<somebody>());
      turns.wait(what, all.back());
    }
  }
  std::map<redis_want, int> next(int count) {
    std::map<redis_want, int> had;
    for (int i = 0; i < count; ++i) ++had[turns.next(true, true)->what];
    return had;
  }
};

}  // namespace

TEST_CASE("redis turns: of one kind, who came first goes first") {
  crowd c;
  c.wait(redis_want::reopen, 3);
  for (const auto& each : c.all) CHECK(c.turns.next(true, true)->who == each);
  CHECK_FALSE(c.turns.next(true, true));
}

TEST_CASE("redis turns: kinds that wait together have turns by their weight, and none starves") {
  crowd c;
  for (const auto what : {redis_want::command, redis_want::urgent, redis_want::reopen, redis_want::presence})
    c.wait(what, 1000);
  auto had = c.next(320);
  CHECK(had[redis_want::command] >= 155);
  CHECK(had[redis_want::urgent] >= 105);
  CHECK(had[redis_want::reopen] >= 38);
  CHECK(had[redis_want::presence] >= 9);
}

TEST_CASE("redis turns: who did not want any for long has no more of them later") {
  crowd c;
  c.wait(redis_want::reopen, 2000);
  c.next(1000);
  c.wait(redis_want::urgent, 1000);
  CHECK(c.next(150)[redis_want::reopen] >= 30);
}

TEST_CASE("redis turns: a kind that may not go keeps its place") {
  crowd c;
  c.wait(redis_want::urgent, 1);
  c.wait(redis_want::command, 1);
  CHECK(c.turns.next(true, false)->what == redis_want::command);
  CHECK_FALSE(c.turns.next(true, false));
  CHECK(c.turns.next(false, true)->what == redis_want::urgent);
}

TEST_CASE("redis turns: who is gone is passed over") {
  crowd c;
  c.wait(redis_want::reopen, 3);
  const auto last = c.all.back();
  c.all.clear();
  CHECK(c.turns.next(true, true)->who == last);
  CHECK(c.turns.waiting() == 0);
}

TEST_CASE("redis turns: who comes while others wait is not free to go") {
  crowd c;
  c.wait(redis_want::reopen, 1);
  CHECK(c.turns.nobody_before(redis_want::command));
  CHECK_FALSE(c.turns.nobody_before(redis_want::urgent));
  CHECK_FALSE(c.turns.nobody_before(redis_want::presence));
}

namespace {

/// Answers to as many as may be under way, each after `took`.
void round_trip(redis_window& w, std::chrono::milliseconds took) {
  int count = 0;
  for (; w.open(); ++count) w.sent();
  while (count-- > 0) w.answered(took);
}

}  // namespace

TEST_CASE("redis window: it grows as long as answers come as fast as the fastest, up to its bound") {
  redis_window w;
  CHECK(w.size() == redis_window::least);
  for (int i = 0; i < 3; ++i) round_trip(w, 150ms);
  CHECK(w.size() >= 8 * redis_window::least / 2);
  for (int i = 0; i < 20; ++i) round_trip(w, 150ms);
  CHECK(w.size() == redis_window::most);
}

TEST_CASE("redis window: it shrinks once a round where answers take longer, and not below its least") {
  redis_window w;
  for (int i = 0; i < 5; ++i) round_trip(w, 1ms);
  const auto before = w.size();
  round_trip(w, 50ms);
  CHECK(w.size() >= before / 2);
  CHECK(w.size() < before);
  for (int i = 0; i < 50; ++i) round_trip(w, 50ms);
  CHECK(w.size() == redis_window::least);
}

TEST_CASE("redis window: what is lost with its connection leaves nothing under way") {
  redis_window w;
  w.sent();
  w.lost();
  CHECK(w.under_way() == 0);
}
