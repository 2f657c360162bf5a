#include <vector>

#include "store/redis_publishes.hpp"

#include "catch.hpp"

using namespace roomd;
using namespace roomd::store;

namespace {

struct queue {
  redis_publishes publishes;
  std::vector<sequence> told;  ///< 0: refused

  auto add(std::string key = {}) {
    return publishes.add("payload", std::move(key),
                         [this](const result<receipt>& r) { told.push_back(r ? r->at.seq : 0); });
  }
  redis_publishes::number send() {
    REQUIRE(publishes.next("e", "g"));
    return publishes.sent();
  }
  void answer(redis_publishes::number n, sequence seq, bool duplicate = false) {
    publishes.answer(n, receipt{{"e", seq}, duplicate});
    publishes.tell();
  }
  /// Publishes with a key and says whether it looked at the window.
  bool looks(bool stored = true) {
    add("key");
    const bool it = publishes.next("e", "g")->looks;
    answer(publishes.sent(), 1, !stored);
    return it;
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
  CHECK_FALSE(q.publishes.next("e", "g"));
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
  CHECK_FALSE(q.publishes.next("e", "g"));
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
  q.publishes.tell();
  CHECK(q.told.empty());
  CHECK_FALSE(q.publishes.next("e", "g"));
  q.answer(a, 1);
  CHECK(q.told == std::vector<sequence>{1, 0, 0});
}

TEST_CASE("redis publishes: who is told may publish at once, and is told later") {
  redis_publishes p;
  std::vector<int> told;
  const auto a = p.add("", "", [&](const result<receipt>&) {
    p.answer(p.add("", "", [&](const result<receipt>&) { told.push_back(2); }), why);
    p.tell();
    told.push_back(1);
  });
  p.answer(a, why);
  p.tell();
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
  CHECK_FALSE(q.publishes.next("f", "g"));
  CHECK_FALSE(q.publishes.next("e", "h"));
  CHECK(q.publishes.again(a));
  REQUIRE(q.publishes.next("f", "g"));
  CHECK(q.publishes.sent() == a);
  CHECK(q.publishes[a].under == "f");
}

TEST_CASE("redis publishes: the first one with a key looks at the window, and the next after every 64") {
  queue q;
  q.add();
  CHECK_FALSE(q.publishes.next("e", "g")->looks);
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
  REQUIRE(q.publishes.next("e", "g")->looks);
  const auto a = q.publishes.sent();
  REQUIRE(q.publishes.again(a));
  REQUIRE(q.publishes.next("e", "g")->looks);
  q.publishes.answer(q.publishes.sent(), why);
  q.publishes.tell();
  CHECK(q.looks());
}

TEST_CASE("redis publishes: of many on their way one looks at the window") {
  queue q;
  int looking = 0;
  for (int i = 0; i < 50; ++i) {
    q.add("key");
    looking += q.publishes.next("e", "g")->looks ? 1 : 0;
    q.publishes.sent();
  }
  CHECK(looking == 1);
}
