#include <vector>

#include "store/redis_publishes.hpp"

#include "catch.hpp"

using namespace roomd;
using namespace roomd::store;

namespace {

struct queue {
  redis_publishes publishes;
  std::vector<sequence> told;                                       ///< 0: refused
  room_log log{"e", {1000, 1000000, std::chrono::hours(1)}, 1000};  ///< has everything

  auto add(std::string key = {}) {
    return publishes.add("payload", std::move(key),
                         [this](const result<receipt>& r) { told.push_back(r ? r->at.seq : 0); });
  }
  redis_publishes::number send() {
    REQUIRE(publishes.next({"e", 0}, "g"));
    return publishes.sent();
  }
  void answer(redis_publishes::number n, sequence seq, bool duplicate = false) {
    publishes.answer(n, receipt{{"e", seq}, duplicate});
    publishes.tell(log);
  }
  /// Publishes with a key and says whether it looked at the window.
  bool looks(bool stored = true) {
    add("key");
    const bool it = publishes.next({"e", 0}, "g")->looks;
    answer(publishes.sent(), 1, !stored);
    return it;
  }
  /// Sends one more; the number that it is thought to get.
  sequence foresees(sequence newest = 0) {
    add();
    const auto seq = publishes.next({"e", newest}, "g")->foreseen;
    publishes.sent();
    return seq;
  }
  int until_one_looks() {
    int n = 0;
    while (!looks() && n < 1000) ++n;
    return n;
  }
};

const error why{errc::unavailable, {}, {}};

}  // namespace

TEST_CASE("redis publishes: callers are told in the order in which they called") {
  queue q;
  for (int i = 0; i < 3; ++i) q.add();
  const auto a = q.send(), b = q.send(), c = q.send();
  CHECK_FALSE(q.publishes.next({"e", 0}, "g"));
  q.answer(c, 3);
  q.answer(b, 2);
  CHECK(q.told.empty());
  q.answer(a, 1);
  CHECK(q.told == std::vector<sequence>{1, 2, 3});
  CHECK(q.publishes.empty());
}

TEST_CASE("redis publishes: what comes back is sent again first, once all that was on its way is answered") {
  queue q;
  for (int i = 0; i < 3; ++i) q.add();
  const auto a = q.send(), b = q.send();
  CHECK(q.publishes.again(a));
  CHECK_FALSE(q.publishes.next({"e", 0}, "g"));
  CHECK(q.publishes.again(b));
  CHECK(q.send() == a);
  CHECK(q.send() == b);
  q.send();
}

TEST_CASE("redis publishes: one is sent three times at most") {
  queue q;
  const auto a = q.add();
  for (int round = 1; round < redis_publishes::most_rounds; ++round) {
    q.send();
    CHECK(q.publishes.again(a));
  }
  q.send();
  CHECK_FALSE(q.publishes.again(a));
}

TEST_CASE("redis publishes: those that wait are refused, those on their way are not") {
  queue q;
  for (int i = 0; i < 3; ++i) q.add();
  const auto a = q.send();
  q.publishes.refuse_waiting(why);
  q.publishes.tell(q.log);
  CHECK(q.told.empty());
  CHECK_FALSE(q.publishes.next({"e", 0}, "g"));
  q.answer(a, 1);
  CHECK(q.told == std::vector<sequence>{1, 0, 0});
}

TEST_CASE("redis publishes: who is told may publish at once, and is told later") {
  redis_publishes p;
  std::vector<int> told;
  const auto a = p.add("", "", [&](const result<receipt>&) {
    p.answer(p.add("", "", [&](const result<receipt>&) { told.push_back(2); }), why);
    p.tell(room_log("e", {}));
    told.push_back(1);
  });
  p.answer(a, why);
  p.tell(room_log("e", {}));
  CHECK(told == std::vector<int>{1, 2});
}

TEST_CASE("redis publishes: only so many wait, but one always may") {
  redis_publishes p;
  CHECK_FALSE(p.full());
  p.add(std::string(redis_publishes::most_bytes, 'x'), "", {});
  CHECK(p.full());
  p.clear();
  CHECK_FALSE(p.full());
  for (std::size_t i = 0; i < redis_publishes::most_publishes; ++i) p.add("", "", {});
  CHECK(p.full());
}

TEST_CASE("redis publishes: nothing is sent under another numbering before the former one's are answered") {
  queue q;
  q.add();
  q.add();
  const auto a = q.send();
  CHECK_FALSE(q.publishes.next({"f", 0}, "g"));
  CHECK_FALSE(q.publishes.next({"e", 0}, "h"));
  CHECK(q.publishes.again(a));
  REQUIRE(q.publishes.next({"f", 0}, "g"));
  CHECK(q.publishes.sent() == a);
  CHECK(q.publishes[a].under == "f");
}

TEST_CASE("redis publishes: the first one with a key looks at the window, and the next after every 64") {
  queue q;
  q.add();
  CHECK_FALSE(q.publishes.next({"e", 0}, "g")->looks);
  q.answer(q.send(), 1);
  CHECK(q.looks());
  CHECK(q.until_one_looks() == 64);
  CHECK(q.until_one_looks() == 64);
  CHECK_FALSE(q.looks());
  q.publishes.opened();
  CHECK(q.looks());
}

TEST_CASE("redis publishes: only what is stored counts for a look at the window") {
  queue q;
  CHECK(q.looks(false));
  CHECK(q.looks(false));
  CHECK(q.looks());
  for (int i = 0; i < 100; ++i) CHECK_FALSE(q.looks(false));
  CHECK(q.until_one_looks() == 64);
}

TEST_CASE("redis publishes: one that looks at the window and comes back, or fails, is made up for") {
  queue q;
  q.add("key");
  REQUIRE(q.publishes.next({"e", 0}, "g")->looks);
  const auto a = q.publishes.sent();
  REQUIRE(q.publishes.again(a));
  REQUIRE(q.publishes.next({"e", 0}, "g")->looks);
  q.publishes.answer(q.publishes.sent(), why);
  q.publishes.tell(q.log);
  CHECK(q.looks());
}

TEST_CASE("redis publishes: of many on their way one looks at the window") {
  queue q;
  int looking = 0;
  for (int i = 0; i < 50; ++i) {
    q.add("key");
    looking += q.publishes.next({"e", 0}, "g")->looks ? 1 : 0;
    q.publishes.sent();
  }
  CHECK(looking == 1);
}

TEST_CASE("redis publishes: each is thought to get the number behind the one before it") {
  queue q;
  for (sequence n = 8; n <= 12; ++n) CHECK(q.foresees(7) == n);
  for (sequence n = 8; n <= 10; ++n) q.answer(n - 8, n);
  CHECK(q.foresees(9) == 13);
}

TEST_CASE("redis publishes: our own message may come on the channel before we are told of its number") {
  queue q;
  for (sequence n = 1; n <= 5; ++n) CHECK(q.foresees(0) == n);
  CHECK(q.foresees(5) == 6);
}

TEST_CASE("redis publishes: somebody else's messages move the numbers on, those on their way too") {
  queue q;
  CHECK(q.foresees(0) == 1);
  CHECK(q.foresees(0) == 2);
  q.answer(0, 4);  // three came before
  CHECK(q.foresees(3) == 6);
  CHECK(q.foresees(20) == 21);
}

TEST_CASE("redis publishes: it is sure of a number while the last one was right") {
  queue q;
  const auto sure = [&q] {
    q.add();
    const bool it = q.publishes.next({"e", 0}, "g")->sure;
    q.publishes.sent();
    return it;
  };
  CHECK(sure());
  CHECK(sure());
  q.answer(0, 1);
  CHECK(sure());
  q.answer(1, 5);
  CHECK_FALSE(sure());
  q.publishes.answer(2, why);
  CHECK_FALSE(sure());
  q.answer(3, 6);
  CHECK_FALSE(sure());
  q.answer(4, 7);
  CHECK(sure());
}

TEST_CASE("redis publishes: behind one that was refused the next goes without a number") {
  queue q;
  CHECK(q.foresees() == 1);
  q.publishes.answer(0, why);  // it may be the number that the server does not take
  q.add();
  CHECK_FALSE(q.publishes.next({"e", 0}, "g")->sure);
  q.answer(q.publishes.sent(), 1);
  q.add();
  CHECK(q.publishes.next({"e", 1}, "g")->sure);
}

TEST_CASE("redis publishes: where nothing waits for an answer, the log says which number comes next") {
  queue q;
  CHECK(q.foresees(1000000) == 1000001);  // what the server said then was false
  q.publishes.answer(0, why);
  q.publishes.tell(q.log);
  CHECK(q.foresees(5) == 6);
}

TEST_CASE("redis publishes: a repeat, a failure, and one that comes back take no number") {
  queue q;
  for (sequence n = 1; n <= 4; ++n) CHECK(q.foresees(0) == n);
  q.answer(0, 1, true);
  CHECK(q.foresees(0) == 4);
  q.publishes.answer(1, why);
  CHECK(q.foresees(0) == 4);
  REQUIRE(q.publishes.again(2));
  q.answer(3, 1);
  q.answer(4, 2);
  q.answer(5, 3);
  CHECK(q.publishes.next({"e", 3}, "g")->foreseen == 4);
}

TEST_CASE("redis publishes: another numbering begins behind its own newest message") {
  queue q;
  CHECK(q.foresees(100) == 101);
  q.answer(0, 101);
  q.add();
  CHECK(q.publishes.next({"f", 3}, "g")->foreseen == 4);
}
