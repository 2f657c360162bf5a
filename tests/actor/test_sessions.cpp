// Sessions on their shard: catching up behind a slow reader, draining a node, and its end.
#include "rig.hpp"

using namespace roomd;
using namespace roomd::actors::testing;

namespace {

void drain(rig& r, std::size_t home, std::chrono::milliseconds window, std::chrono::milliseconds timeout,
           const outcome_ptr<bool>& done) {
  caf::anon_send(r.hub_of(home), roomd::actors::drain_sessions{window, timeout, [done] { done->set(true); }});
}

std::size_t sessions_on(rig& r, std::size_t home) {
  return r.on(home, [&] { return r.state(home).sessions.sessions().size(); });
}

config::settings small_outbox() {
  auto s = brisk_settings();
  s.session.outbox_bytes = 4000;
  s.session.catch_up_bytes = 4000;
  return s;
}

}  // namespace

TEST_CASE("sessions: one that reads nothing for a while gets every message, in order, as fast as it reads") {
  rig r(small_outbox());
  auto& slow = r.connect(0, "slow");
  slow.join("a");
  slow.stick(true);
  auto& speaker = r.connect(1, "speaker");
  for (int i = 0; i < 100; ++i) {
    speaker.say(publish("a", "e", 300));
    CHECK(speaker.hear() == "4: publish");
  }
  for (int i = 1; i <= 100; ++i) {
    slow.take(500);
    REQUIRE(slow.hear() == "message " + std::to_string(i));
  }
  slow.stick(false);
  slow.take(100000);
  speaker.say(publish("a"));
  CHECK(slow.hear() == "message 101");
  CHECK(r.on(0, [&] { return r.state(0).counters.catch_ups; }) >= 1);
}

TEST_CASE("sessions: a slow reader holds no more than its outbox, and delays nobody") {
  rig r(small_outbox());
  auto& slow = r.connect(0, "slow");
  auto& quick = r.connect(0, "quick");
  slow.join("a");
  quick.join("a");
  slow.stick(true);
  auto& speaker = r.connect(1, "speaker");
  for (int i = 1; i <= 100; ++i) {
    speaker.say(publish("a", "e", 300));
    REQUIRE(quick.hear() == "message " + std::to_string(i));
  }
  const auto held = r.on(0, [&] { return r.state(0).counters.deliveries; }) - 100;
  CHECK(held > 0);
  CHECK(held * 300 <= 4000);
}

TEST_CASE("sessions: many that resume at once all get everything") {
  rig r(small_outbox());
  auto& speaker = r.connect(1, "speaker");
  speaker.say(std::vector<std::string>(50, publish("a", "e", 300)));
  for (int i = 0; i < 50; ++i) CHECK(speaker.hear() == "4: publish");
  std::vector<client*> all;
  for (std::size_t i = 0; i < 20; ++i) {
    all.push_back(&r.connect(i % rig::shards, "user"));
    all.back()->say(R"({"id":2,"join":{"room":"a","last":50}})");
  }
  for (auto* each : all) {
    CHECK(each->hear() == "2: join");
    for (int i = 1; i <= 50; ++i) REQUIRE(each->hear() == "message " + std::to_string(i));
  }
}

TEST_CASE("sessions: one that is gone leaves its rooms") {
  rig r;
  auto& alice = r.connect(0, "alice");
  alice.join("a");
  alice.hang_up();
  CHECK(r.eventually([&] { return r.rooms() == 0 && r.seats() == 0 && sessions_on(r, 0) == 0; }));
}

TEST_CASE("sessions: a drain closes them with 1001, paced over the window, and says when it is done") {
  rig r;
  std::vector<client*> all;
  for (int i = 0; i < 20; ++i) all.push_back(&r.connect(0, "user"));
  auto done = make_outcome<bool>();
  drain(r, 0, 500ms, 1h, done);
  CHECK(done->await());
  auto first = time_point::max();
  auto last = time_point::min();
  for (auto* each : all) {
    CHECK(each->ending() == close_code::going_away);
    first = std::min(first, each->ended_at());
    last = std::max(last, each->ended_at());
  }
  CHECK(last - first >= 100ms);
  CHECK(sessions_on(r, 0) == 0);
}

TEST_CASE("sessions: a drain of a shard that has none is done at once") {
  rig r;
  auto done = make_outcome<bool>();
  drain(r, 1, 1h, 1h, done);
  CHECK(done->await());
}

TEST_CASE("sessions: a drain cuts off who does not go") {
  rig r;
  auto& stubborn = r.connect(0, "stubborn");
  stubborn.cling();
  auto done = make_outcome<bool>();
  drain(r, 0, 0ms, 60ms, done);
  CHECK(done->await());
  CHECK(stubborn.ending() == close_code::going_away);
}

TEST_CASE("sessions: one that begins during a drain is asked to go at once") {
  rig r;
  auto& stubborn = r.connect(0, "stubborn");
  stubborn.cling();
  drain(r, 0, 1h, 2h, make_outcome<bool>());
  CHECK(r.eventually([&] { return r.on(0, [&] { return r.state(0).draining; }); }));
  CHECK(r.connect(0).ending() == close_code::going_away);
}

TEST_CASE("sessions: the node ends with rooms, members and a slow reader alive") {
  auto s = small_outbox();
  s.rooms.linger = 1h;
  s.presence.grace = 1h;
  rig r(s);
  auto& slow = r.connect(0, "slow");
  slow.join("a");
  slow.stick(true);
  auto& speaker = r.connect(1, "speaker");
  for (int i = 0; i < 20; ++i) {
    speaker.join(std::to_string(i), true);
    speaker.say(publish("a", "e", 1000));
    CHECK(speaker.hear() == "4: publish");
  }
  CHECK(r.rooms() == 21);
}
