#include <random>

#include "store/redis_leases.hpp"

#include "catch.hpp"
#include "lease_world.hpp"

using namespace std::chrono_literals;
using roomd::time_point;
using roomd::store::redis_leases;
using roomd::store::redis_reply;
using roomd::store::test::lease_node;
using roomd::store::test::lease_world;

namespace {

/// Three nodes that know one another.
struct rig {
  lease_world world{10s};
  lease_node& a = world.add("node-aaa");
  lease_node& b = world.add("node-bbb");
  lease_node& c = world.add("node-ccc");
  rig() { world.run(30s); }

  bool nobody_ended() const { return a.ended.empty() && b.ended.empty() && c.ended.empty(); }
  bool nobody_lapsed() const { return a.lapsed + b.lapsed + c.lapsed == 0; }
};

redis_reply reply_of(const std::vector<std::tuple<std::string, int, int>>& rows) {
  redis_reply all{redis_reply::kind::list, 0, {}, {}};
  for (const auto& [name, beat, age] : rows) {
    all.items.push_back({redis_reply::kind::text, 0, name, {}});
    all.items.push_back({redis_reply::kind::integer, beat, {}, {}});
    all.items.push_back({redis_reply::kind::integer, age, {}, {}});
  }
  return all;
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("redis leases: nodes that beat live") {
  rig r;
  r.world.run(10min);
  CHECK(r.nobody_ended());
  CHECK(r.nobody_lapsed());
  CHECK(r.a.leases.living() == 2);
}

TEST_CASE(
    "redis leases: a node that is killed has ended within its lease and a second, for each of the others") {
  for (int step = 0; step < 50; ++step) {
    rig r;
    r.world.run(step * 230ms);
    const auto beat = r.world.redis.leases.at("node-ccc").second;
    r.world.kill("node-ccc");
    const auto killed = r.world.now;
    const auto idle = r.world.redis.clock - beat;
    r.world.run(11s);
    for (const auto* n : {&r.a, &r.b}) {
      REQUIRE(n->ended.size() == 1);
      CHECK(n->ended[0].first == "node-ccc");
      CHECK(n->ended[0].second <= killed + 11s);
      CHECK(n->ended[0].second >= killed - idle + 10s);
      CHECK(n->leases.living() == 1);
    }
  }
}

TEST_CASE("redis leases: a pause of Redis ends nobody, whenever and however long it is") {
  std::mt19937_64 random(1);
  for (int pause = 0; pause < 60; ++pause) {
    rig r;
    r.world.run(std::chrono::milliseconds(random() % 20000));
    const auto length = pause % 2 ? 10s : std::chrono::milliseconds(random() % 60000);
    INFO("pause " << pause << " of " << length.count() << " ms");
    r.world.redis_paused = true;
    r.world.run(length);
    r.world.redis_paused = false;
    r.world.run(60s);
    CHECK(r.nobody_ended());
    CHECK(r.a.leases.living() == 2);
  }
}

TEST_CASE("redis leases: a pause of Redis that costs the links ends nobody who is back within half a lease") {
  rig r;
  r.world.redis_paused = true;
  r.world.run(5s);
  for (auto* n : {&r.a, &r.b, &r.c}) lease_world::lose_link(*n);
  r.world.run(15s);
  r.world.redis_paused = false;
  r.a.away = false;
  r.world.run(2s);
  r.b.away = false;
  r.world.run(2500ms);
  r.c.away = false;
  r.world.run(60s);
  CHECK(r.nobody_ended());
}

TEST_CASE("redis leases: a node that stood still for too long ends, learns of it, and comes back") {
  rig r;
  r.c.paused = true;
  r.world.run(20s);
  CHECK(r.a.ended.size() == 1);
  CHECK(r.b.ended.size() == 1);
  r.c.paused = false;
  r.world.run(1min);
  CHECK(r.a.ended.size() == 1);
  CHECK(r.a.leases.take_returned() == std::vector<std::string>{r.c.name});
  CHECK(r.a.leases.take_returned().empty());
  CHECK(r.a.leases.living() == 2);
  CHECK(r.c.ended.empty());
  CHECK(r.c.lapsed == 1);
  CHECK(r.a.lapsed + r.b.lapsed == 0);
}

TEST_CASE("redis leases: our link away for a minute ends nobody") {
  rig r;
  lease_world::lose_link(r.a);
  r.world.run(1min);
  CHECK(r.b.ended.size() == 1);  // to the others we were dead
  r.a.away = false;
  r.world.run(1min);
  CHECK(r.a.ended.empty());
  CHECK(r.a.lapsed == 1);
  CHECK(r.b.leases.living() == 2);
}

TEST_CASE("redis leases: who died while our link was away is found half a lease after it is back") {
  rig r;
  lease_world::lose_link(r.a);
  r.world.kill("node-ccc");
  r.world.run(1min);
  r.a.away = false;
  r.world.run(4900ms);
  CHECK(r.a.ended.empty());
  r.world.run(500ms);
  REQUIRE(r.a.ended.size() == 1);
  CHECK(r.a.ended[0].first == "node-ccc");
}

TEST_CASE("redis leases: steps of Redis' clock end nobody and keep no dead node") {
  for (const auto step : {-3600s, -5s, 5s, 90s, 86400s}) {
    INFO("step " << step.count());
    rig r;
    r.world.redis.clock += step;
    r.world.run(1min);
    CHECK(r.nobody_ended());
    r.world.kill("node-ccc");
    r.world.redis.clock += step;
    r.world.run(11s + r.a.leases.beat());  // the age of its last beat is lost
    CHECK(r.a.ended.size() == 1);
    CHECK(r.b.ended.size() == 1);
  }
}

TEST_CASE("redis leases: a Redis that was emptied loses nobody") {
  rig r;
  r.world.redis.leases.clear();
  r.world.run(1min);
  CHECK(r.nobody_ended());
  CHECK(r.a.lapsed == 0);  // a beat in an emptied Redis is a higher one
}

TEST_CASE("redis leases: a Redis that was emptied soon after the start loses nobody") {
  lease_world world(5s);
  auto& a = world.add("node-a");
  auto& b = world.add("node-b");
  world.run(1s);
  world.redis.leases.clear();
  world.run(1min);
  CHECK(a.ended.empty());
  CHECK(b.ended.empty());
}

TEST_CASE("redis leases: a node that gives its lease up ends when it would have lapsed") {
  rig r;
  r.world.kill("node-ccc");
  r.world.redis.leases.erase("node-ccc");
  r.world.run(11s);
  CHECK(r.a.ended.size() == 1);
  r.world.run(1min);
  CHECK(r.a.ended.size() == 1);
  CHECK(r.a.leases.size() == 1);
}

TEST_CASE("redis leases: the remains of who died before we came end nobody") {
  rig r;
  r.world.kill("node-ccc");
  r.world.run(11s);
  auto& d = r.world.add("node-ddd");
  r.world.run(1min);
  CHECK(d.ended.empty());
  CHECK(d.leases.living() == 2);
}

TEST_CASE("redis leases: a dead node that is heard ends again, and one that is back does not") {
  rig r;
  r.c.paused = true;
  r.world.run(11s);
  r.a.leases.heard("node-ccc", r.world.now);
  CHECK(r.a.leases.living() == 2);
  r.world.run(1s);
  CHECK(r.a.ended.size() == 2);
  r.c.paused = false;
  r.world.run(1s);
  r.a.leases.heard("node-ccc", r.world.now);
  r.world.run(1min);
  CHECK(r.a.ended.size() == 2);
}

TEST_CASE("redis leases: a node that is heard and has no lease ends after one") {
  rig r;
  r.a.leases.heard("node-xxx", r.world.now);
  r.a.leases.heard("node-aaa", r.world.now);
  r.world.run(9900ms);
  CHECK(r.a.ended.empty());
  r.world.run(300ms);
  REQUIRE(r.a.ended.size() == 1);
  CHECK(r.a.ended[0].first == "node-xxx");
  r.world.run(10s);
  CHECK(r.a.leases.size() == 2);
}

TEST_CASE("redis leases: no slow answer ends anybody") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  CHECK(l.take(reply_of({{"node-own", 1, 0}, {"node-b", 1, 0}}), start, start).empty());
  CHECK(l.take(reply_of({{"node-own", 2, 0}, {"node-b", 1, 11000}}), start + 11s, start + 11501ms).empty());
  CHECK(l.next_look(start + 12s) == start + 15s);
  CHECK(l.take(reply_of({{"node-own", 3, 0}, {"node-b", 1, 16000}}), start + 16s, start + 16s).empty());
  CHECK(l.next_look(start + 16s) == start + 16501ms);
  CHECK(l.take(reply_of({{"node-own", 4, 0}, {"node-b", 1, 16501}}), start + 16501ms, start + 16501ms) ==
        names{"node-b"});
}

TEST_CASE("redis leases: an age counts, but no more than the time since our last look") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  l.take(reply_of({{"node-own", 1, 0}, {"node-b", 7, 7000}}), start, start);
  CHECK(l.next_look(start) == start + 3s);
  l.take(reply_of({{"node-own", 2, 0}, {"node-b", 8, 9000}}), start + 4s, start + 4s);
  l.take(reply_of({{"node-own", 3, 0}, {"node-b", 8, 13000}}), start + 8s, start + 8s);
  CHECK(l.next_look(start + 8s) == start + 10s);
  CHECK(l.take(reply_of({{"node-own", 3, 0}, {"node-b", 8, 99000}}), start + 9999ms, start + 9999ms).empty());
  CHECK(l.take(reply_of({{"node-own", 4, 0}, {"node-b", 8, 0}}), start + 10s, start + 10s) ==
        names{"node-b"});
}

TEST_CASE(
    "redis leases: an error, or what is no answer of the script's, is tried again soon and ends nobody") {
  const time_point start{1h};
  for (const auto& odd : {redis_reply{redis_reply::kind::error, 0, "LOADING", {}}, redis_reply{},
                          redis_reply{redis_reply::kind::list, 0, {}, {{}, {}, {}}},
                          redis_reply{redis_reply::kind::list, 0, {}, {{}}}}) {
    redis_leases l("node-own", 10s);
    l.take(reply_of({{"node-own", 1, 0}, {"node-b", 1, 0}}), start, start);
    CHECK(l.take(odd, start + 11s, start + 11s).empty());
    CHECK(l.next_look(start + 11s) == start + 12s);
    CHECK(l.take(reply_of({{"node-own", 2, 0}, {"node-b", 1, 0}}), start + 12s, start + 12s).empty());
    CHECK(l.own_lapsed());
    CHECK_FALSE(l.own_lapsed());
  }
}

TEST_CASE("redis leases: our own beat comes twice a lease and more, and at once after a loss") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  CHECK(l.beat() == 4s);
  CHECK(l.next_look(start) == start);
  l.take(reply_of({{"node-own", 1, 0}}), start, start);
  CHECK(l.next_look(start) == start + 4s);
  l.link_lost();
  CHECK(l.next_look(start + 1s) == start + 1s);
}
