// Which sessions come before others on their shard: those that hear a room live, or publish, and are behind in none.
#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

TEST_CASE("session: it is favoured from its first live room on, not from hello on") {
  session_rig r;
  r.hello();
  CHECK_FALSE(r.port.favoured);
  r.join("a", 70);
  CHECK(r.port.favoured);
}

TEST_CASE("session: one that only publishes is favoured too") {
  session_rig r;
  r.hello();
  r.say(R"({"publish":{"room":"a","event":"e","data":1}})");
  CHECK(r.port.favoured);
}

TEST_CASE("session: one that comes back and is behind is not favoured until it has caught up") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"join":{"room":"a","since":{"epoch":"e1","seq":1}}})");
  auto answer = session_rig::joined_answer(r.asked<join_room>(), 70, 3);
  answer.next = 2;
  answer.missed = 2;
  r.s.on(answer);
  CHECK_FALSE(r.port.favoured);
  r.s.on(r.page(r.turn(), 70, {numbered(2)}, false));
  CHECK_FALSE(r.port.favoured);
  r.s.on(r.page(r.turn(), 70, {numbered(3)}, true));
  CHECK(r.port.favoured);
}

TEST_CASE("session: falling behind in one of its rooms ends the favour") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.join("b", 71);
  CHECK(r.port.favoured);
  r.port.waiting = 4000;
  r.s.blocked(r.now);
  r.deliver(70, numbered(1));
  CHECK_FALSE(r.port.favoured);
}

TEST_CASE("session: leaving the room that it was behind in brings the favour back") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.join("b", 71);
  r.port.waiting = 4000;
  r.s.blocked(r.now);
  r.deliver(70, numbered(1));
  r.port.waiting = 0;
  r.s.progressed(r.now);
  r.say(R"({"id":4,"leave":{"room":"a"}})");
  r.s.on(left{r.asked<leave_room>().from, "a", 70});
  CHECK(r.port.favoured);
}
