#include <algorithm>
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

/// Node, beat, age, and how many listen to it.
redis_reply reply_of(const std::vector<std::tuple<std::string, int, int, int>>& rows) {
  redis_reply all{redis_reply::kind::list, 0, {}, {}};
  for (const auto& [name, beat, age, listening] : rows) {
    all.items.push_back({redis_reply::kind::text, 0, name, {}});
    all.items.push_back({redis_reply::kind::integer, beat, {}, {}});
    all.items.push_back({redis_reply::kind::integer, age, {}, {}});
    all.items.push_back({redis_reply::kind::integer, listening, {}, {}});
  }
  return all;
}

using names = std::vector<std::string>;
using asked = std::vector<std::string_view>;

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

TEST_CASE("redis leases: no slow answer ends anybody") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  CHECK(l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 1, 0, -1}}), start, start).empty());
  CHECK(l.late(start + 11s) == asked{"node-b"});
  CHECK(l.take(reply_of({{"node-own", 2, 0, -1}, {"node-b", 1, 11000, 0}}), start + 11s, start + 11501ms)
            .empty());
  CHECK(l.next_look(start + 12s) == start + 16501ms);
  CHECK(
      l.take(reply_of({{"node-own", 3, 0, -1}, {"node-b", 1, 16000, 0}}), start + 16s, start + 16s).empty());
  CHECK(l.next_look(start + 16s) == start + 16501ms);
  CHECK(l.take(reply_of({{"node-own", 4, 0, -1}, {"node-b", 1, 16501, 0}}), start + 16501ms,
               start + 16501ms) == names{"node-b"});
}

TEST_CASE("redis leases: an age counts, but no more than the time since our last look") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 7, 7000, -1}}), start, start);
  CHECK(l.next_look(start) == start + 3500ms);
  l.take(reply_of({{"node-own", 2, 0, -1}, {"node-b", 8, 9000, 1}}), start + 4s, start + 4s);
  l.take(reply_of({{"node-own", 3, 0, -1}, {"node-b", 8, 13000, -1}}), start + 8s, start + 8s);
  CHECK(l.next_look(start + 8s) == start + 10500ms);
  CHECK(
      l.take(reply_of({{"node-own", 3, 0, -1}, {"node-b", 8, 99000, -1}}), start + 10s, start + 10s).empty());
  CHECK(l.take(reply_of({{"node-own", 4, 0, -1}, {"node-b", 8, 0, 0}}), start + 10500ms, start + 10500ms) ==
        names{"node-b"});
}

TEST_CASE("redis leases: a beat that is heard puts the next one off, one that comes late or twice does not") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 7, 5000, -1}}), start, start);
  l.take_beat("node-b 8", start + 5s);
  CHECK(l.next_look(start + 5s) == start + 10s);
  CHECK(l.late(start + 15499ms).empty());
  for (const std::string odd : {"node-b 8", "node-b 7", "node-b", "node-b ", "node-b x", "node-b 9x", "", " ",
                                "node-b 99999999999999999999", "node-c", "node-own 9", " 9"}) {
    INFO(odd);
    l.take_beat(odd, start + 6s);
    CHECK(l.late(start + 15500ms) == asked{"node-b"});
    CHECK(l.size() == 1);
  }
}

TEST_CASE("redis leases: a node that is not known yet is by its beat") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  l.take_beat("node-b 8", start);
  CHECK(l.living() == 1);
  l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 8, 100, -1}}), start, start + 100ms);
  CHECK(l.next_look(start) == start + 10s);
  CHECK(l.late(start + 10500ms) == asked{"node-b"});
  for (int i = 0; i < 20000; ++i) l.take_beat("other-" + std::to_string(i) + " 1", start);
  CHECK(l.size() == 10000);
}

TEST_CASE("redis leases: an answer that is older than what the channel brought changes nothing") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 7, 9000, -1}}), start, start);
  l.take_beat("node-b 8", start + 10001ms);
  l.take(reply_of({{"node-own", 2, 0, -1}, {"node-b", 7, 19000, -1}}), start + 10s, start + 10002ms);
  CHECK(l.late(start + 20500ms).empty());
  CHECK(l.late(start + 20501ms) == asked{"node-b"});
}

TEST_CASE("redis leases: no more nodes are asked about at once than the bound, and all in the end") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  for (int i = 0; i < 100; ++i) l.heard("node-" + std::to_string(i), start);
  std::vector<std::tuple<std::string, int, int, int>> rows;
  for (int i = 0; i < 100; ++i) rows.emplace_back("node-" + std::to_string(i), 1, 0, -1);
  l.take(reply_of(rows), start, start);
  std::size_t ended = 0;
  for (const auto at : {start + 11s, start + 12s}) {
    const auto late = l.late(at);
    for (auto& [name, beat, age, listening] : rows)
      listening = std::find(late.begin(), late.end(), name) == late.end() ? -1 : 0;
    ended += l.take(reply_of(rows), at, at).size();
  }
  CHECK(ended == 100);
}

TEST_CASE(
    "redis leases: an error, or what is no answer of the script's, is tried again soon and ends nobody") {
  const time_point start{1h};
  const redis_reply word{redis_reply::kind::text, 0, "x", {}}, number{redis_reply::kind::integer, 1, {}, {}};
  for (const auto& odd : {redis_reply{redis_reply::kind::error, 0, "LOADING", {}}, redis_reply{},
                          redis_reply{redis_reply::kind::list, 0, {}, {word, number, number, word}},
                          redis_reply{redis_reply::kind::list, 0, {}, {word, number, number}}}) {
    redis_leases l("node-own", 10s);
    l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 1, 0, -1}}), start, start);
    CHECK(l.take(odd, start + 11s, start + 11s).empty());
    CHECK(l.next_look(start + 11s) == start + 12s);
    CHECK(l.take(reply_of({{"node-own", 2, 0, -1}, {"node-b", 1, 0, 0}}), start + 12s, start + 12s).empty());
    CHECK(l.own_lapsed());
    CHECK_FALSE(l.own_lapsed());
  }
}

TEST_CASE("redis leases: our own beat comes once a lease, and at once after a loss") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  CHECK(l.next_look(start) == start);
  l.take(reply_of({{"node-own", 1, 0, -1}}), start, start);
  CHECK(l.next_look(start) == start + 10s);
  l.link_lost();
  CHECK(l.next_look(start + 1s) == start + 1s);
}
