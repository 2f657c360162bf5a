// Nodes that judge one another, in time.
#include <random>

#include "store/redis_leases.hpp"

#include "catch.hpp"
#include "lease_world.hpp"

using namespace std::chrono_literals;
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
      CHECK(n->ended[0].second >= killed - idle + 10500ms);
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
  CHECK(r.a.leases.take_returned() == names{r.c.name});
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

TEST_CASE("redis leases: nodes that only beat cost one run each and lease, whatever their number") {
  lease_world world(10s);
  for (int i = 0; i < 20; ++i) {
    world.add("node-" + std::to_string(i));
    world.run(370ms);
  }
  world.run(30s);
  world.redis.runs = 0;
  world.run(1000s);
  CHECK(world.redis.runs <= 20 * 100);
  CHECK(world.redis.runs >= 20 * 98);
}

TEST_CASE("redis leases: a node that stands still, connected, has three fifths of a lease more") {
  for (int step = 0; step < 20; ++step) {
    rig r;
    r.world.run(step * 570ms);
    r.c.paused = true;
    const auto idle = r.world.redis.clock - r.world.redis.leases.at("node-ccc").second;
    const auto since = r.world.now - idle;
    r.world.run(15900ms - idle);
    CHECK(r.nobody_ended());
    r.world.run(1s);
    for (const auto* n : {&r.a, &r.b}) {
      REQUIRE(n->ended.size() == 1);
      CHECK(n->ended[0].second >= since + 16s);
    }
  }
}

TEST_CASE("redis leases: a pause of a node that is over within a lease and a half ends nobody") {
  for (int step = 0; step < 20; ++step) {
    rig r;
    r.world.run(step * 570ms);
    r.c.paused = true;
    r.world.run(5900ms);  // it may have been due at once
    r.c.paused = false;
    r.world.run(1min);
    CHECK(r.a.ended.empty());
    CHECK(r.b.ended.empty());
  }
}

TEST_CASE("redis leases: who hears no beats asks for them, and takes nobody for dead") {
  rig r;
  r.a.deaf = true;
  r.world.run(10min);
  CHECK(r.nobody_ended());
  r.world.kill("node-ccc");
  r.world.run(11s);
  CHECK(r.a.ended.size() == 1);
  CHECK(r.b.ended.size() == 1);
}

TEST_CASE("redis leases: a node that lost its channels alone beats, and lives") {
  rig r;
  r.c.deaf = true;
  r.world.run(10min);
  CHECK(r.a.ended.empty());
  CHECK(r.b.ended.empty());
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
    r.world.run(11s);
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

TEST_CASE("redis leases: a dead node whose lease is gone from Redis ends when it would have lapsed") {
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
  r.c.deaf = true;
  r.c.paused = true;
  r.world.run(11s);
  REQUIRE(r.a.ended.size() == 1);
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
  r.world.run(10400ms);
  CHECK(r.a.ended.empty());
  r.world.run(300ms);
  REQUIRE(r.a.ended.size() == 1);
  CHECK(r.a.ended[0].first == "node-xxx");
  r.world.run(10s);
  CHECK(r.a.leases.size() == 2);
}
