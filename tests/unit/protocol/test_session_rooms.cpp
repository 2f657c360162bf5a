// In how many rooms a session may be.
#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

TEST_CASE("session: one room more than it may be in is refused, joins under way count") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.say(R"({"id":3,"join":{"room":"b"}})");
  r.say(R"({"id":4,"join":{"room":"c"}})");
  r.s.on(session_rig::joined_answer(r.asked<join_room>(), 71));
  CHECK(r.heard() == said{"4: 409 room_limit", "3: join"});
  CHECK(r.asked_nothing());
}

TEST_CASE("session: a room that was left, or refused, makes room for another") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.say(R"({"id":3,"join":{"room":"b"}})");
  r.s.on(refused{r.asked<join_room>().from, "b", {errc::unavailable, {}, 5ms}});
  r.say(R"({"id":4,"leave":{"room":"a"}})");
  r.s.on(left{r.asked<leave_room>().from, "a", 70});
  r.join("c", 72);
  r.join("d", 73);
  CHECK(r.port.seats.size() == 2);
}

TEST_CASE("session: at the limit a room that is being left makes room for another in the same breath") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.join("b", 71);
  r.say(R"({"id":3,"leave":{"room":"a"}})");
  r.say(R"({"id":4,"join":{"room":"c"}})");
  r.say(R"({"id":5,"join":{"room":"a"}})");
  CHECK(r.heard().empty());
  const auto leave = r.asked<leave_room>();
  CHECK(r.asked<join_room>().room == "c");
  CHECK(r.asked_nothing());
  r.s.on(left{leave.from, "a", 70});
  CHECK(r.heard() == said{"3: leave", "5: 409 room_limit"});
}

TEST_CASE("session: a leave that got no answer in time makes no room for another") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.join("b", 71);
  r.say(R"({"id":3,"leave":{"room":"a"}})");
  r.pass(10s);
  CHECK(r.heard() == said{"3: 504 timeout"});
  r.say(R"({"id":4,"join":{"room":"c"}})");
  CHECK(r.heard() == said{"4: 409 room_limit"});
}

TEST_CASE("session: rooms that are joined twice count once against the limit") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.say(R"({"id":3,"join":{"room":"a"}})");
  r.say(R"({"id":4,"join":{"room":"b"}})");
  r.say(R"({"id":5,"join":{"room":"b"}})");
  CHECK(r.heard().empty());
  for (const char* room : {"a", "b", "b"}) CHECK(r.asked<join_room>().room == room);
}

TEST_CASE("session: at the limit a join of a room that it is in still succeeds") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.join("b", 71);
  r.say(R"({"id":3,"join":{"room":"a"}})");
  CHECK(r.asked<join_room>().room == "a");
}
