// What a session makes of time-outs that are over because the process, or the session itself, stood still.
#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

TEST_CASE("session: an answer to a ping that lies unread keeps it open") {
  session_rig r;
  r.hello();
  r.pass(20s);
  REQUIRE(r.heard() == said{"ping"});
  r.port.unread = true;
  r.pass(5s);
  CHECK_FALSE(r.port.closed);
}

TEST_CASE("session: a hello that lies unread keeps it open, once") {
  session_rig r;
  r.port.unread = true;
  r.pass(3s);
  CHECK_FALSE(r.port.closed);
  r.pass(999ms);
  CHECK_FALSE(r.port.closed);
  r.pass(1ms);
  CHECK(r.port.closed == close_code::handshake_timeout);
}

TEST_CASE("session: output that the socket takes is progress before it is sent") {
  session_rig r;
  r.hello();
  r.s.blocked(r.now);
  r.port.writable = true;
  r.pass(30s);
  CHECK_FALSE(r.port.closed);
  r.port.writable = false;
  r.pass(30s);
  CHECK(r.port.closed == close_code::slow_consumer);
}

TEST_CASE("session: while it waits for a long answer and reads nothing, an unanswered ping does not end it") {
  auto rules = small_rules();
  rules.command_timeout = 60s;
  session_rig r(rules);
  r.hello();
  r.say(R"({"id":2,"history":{"room":"a"}})");
  REQUIRE(r.port.paused);
  r.pass(20s);
  REQUIRE(r.heard() == said{"ping"});
  for (int i = 0; i < 7; ++i) r.pass(5s);
  CHECK_FALSE(r.port.closed);
  r.pass(5s);
  CHECK(r.heard() == said{"2: 504 timeout"});
  REQUIRE_FALSE(r.port.paused);
  r.pass(5s);
  CHECK_FALSE(r.port.closed);
  r.pass(5s);
  CHECK(r.port.closed == close_code::ping_timeout);
}

TEST_CASE("session: sessions that began together are not pinged together") {
  std::set<time_point> due;
  for (int i = 0; i < 100; ++i) {
    session_rig r;
    protocol::session s(r.port, r.counters, std::make_shared<const protocol::session_rules>(small_rules()),
                        {0, 7}, "id-" + std::to_string(i), r.now);
    s.text(R"({"id":1,"hello":{}})", r.now);
    due.insert(s.deadline());
    CHECK(s.deadline() > r.now + 10s);
    CHECK(s.deadline() <= r.now + 20s);
  }
  CHECK(due.size() > 80);
}

TEST_CASE("session: a history is as long as the session's own outbox allows") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"history":{"room":"a"}})");
  CHECK(r.asked<read_history>().bytes == 2000);
}
