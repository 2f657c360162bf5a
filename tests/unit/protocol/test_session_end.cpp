// How a session ends, and how a room that fails ends for it.
#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

namespace {

constexpr auto publish_3 = R"({"id":3,"publish":{"room":"a","event":"e","data":1}})";

}  // namespace

TEST_CASE("session: when the socket is gone it leaves its rooms and those that it was joining") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.say(R"({"id":3,"join":{"room":"b"}})");
  const auto late = r.asked<join_room>();
  r.s.gone();
  CHECK(r.s.closed());
  CHECK(r.port.seats.empty());
  std::set<std::string> rooms;
  for (int i = 0; i < 2; ++i) {
    const auto l = r.asked<leave_room>();
    CHECK_FALSE(l.answer);
    rooms.insert(l.room);
  }
  CHECK(rooms == std::set<std::string>{"a", "b"});
  r.s.on(session_rig::joined_answer(late, 71));
  CHECK(r.heard().empty());
  CHECK(r.port.seats.empty());
}

TEST_CASE("session: after its close it hears, says and asks nothing") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.say(publish_3);
  const auto p = r.asked<publish_message>();
  r.s.close(close_code::disconnected);
  CHECK(r.port.closed == close_code::disconnected);
  r.asked<leave_room>();
  r.say(publish_3);
  r.s.on(published{p.from, "a", {"e1", 1}, false});
  r.s.progressed(r.now);
  r.pass(60s);
  r.s.drain();
  r.s.gone();
  CHECK(r.heard().empty());
  CHECK(r.asked_nothing());
  CHECK(r.port.closed == close_code::disconnected);
}

TEST_CASE("session: an idle session that is drained closes with 1001 at once") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.s.drain();
  CHECK(r.port.closed == close_code::going_away);
  CHECK(r.asked<leave_room>().room == "a");
}

TEST_CASE("session: before its hello too") {
  session_rig r;
  r.s.drain();
  CHECK(r.port.closed == close_code::going_away);
}

TEST_CASE("session: drained, it answers what is under way, refuses the rest, then closes") {
  session_rig r;
  r.hello();
  r.say(publish_3);
  r.s.drain();
  CHECK_FALSE(r.port.closed);
  r.say(R"({"id":4,"publish":{"room":"a","event":"e","data":1}})");
  r.s.on(published{r.asked<publish_message>().from, "a", {"e1", 1}, false});
  CHECK(r.heard() == said{"3: publish", "4: 503 unavailable"});
  CHECK(r.port.closed == close_code::going_away);
  CHECK(r.asked_nothing());
}

TEST_CASE("session: a drain waits no longer than the command time-out") {
  session_rig r;
  r.hello();
  r.say(publish_3);
  r.s.drain();
  r.pass(10s);
  CHECK(r.heard() == said{"3: 504 timeout"});
  CHECK(r.port.closed == close_code::going_away);
}

TEST_CASE("session: a room that fails is told as removed, and its commands are answered first") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.join("b", 71);
  r.say(publish_3);
  r.say(R"({"id":4,"publish":{"room":"b","event":"e","data":1}})");
  r.asked<publish_message>();
  r.s.on(room_failed{70, "a"});
  CHECK(r.heard() == said{"3: 503 unavailable", "removed a"});
  CHECK(r.port.seats.size() == 1);
  r.s.on(published{r.asked<publish_message>().from, "b", {"e1", 1}, false});
  CHECK(r.heard() == said{"4: publish"});
}

TEST_CASE("session: a failed room answers those too who are no members, and nobody else") {
  session_rig r;
  r.hello();
  r.join("b", 71);
  r.say(publish_3);
  r.s.on(room_failed{70, "a"});
  CHECK(r.heard() == said{"3: 503 unavailable"});
  r.s.on(room_failed{70, "a"});
  CHECK(r.heard().empty());
  CHECK(r.port.seats.size() == 1);
}

TEST_CASE("session: a refusal keeps its place among the lost commands of a failed room") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.say(publish_3);
  r.say(R"({"id":4,"history":{"room":"a","limit":0}})");
  r.say(R"({"id":5,"publish":{"room":"a","event":"e","data":1}})");
  r.s.on(room_failed{70, "a"});
  CHECK(r.heard() == said{"3: 503 unavailable", "4: 400 bad_request", "5: 503 unavailable", "removed a"});
}

TEST_CASE("session: a join of a failed room is undone, since the next room may have had it") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.say(R"({"id":3,"join":{"room":"a"}})");
  const auto late = r.asked<join_room>();
  r.s.on(room_failed{70, "a"});
  CHECK(r.heard() == said{"3: 503 unavailable", "removed a"});
  CHECK_FALSE(r.asked<leave_room>().answer);
  r.s.on(session_rig::joined_answer(late, 72));
  CHECK(r.heard().empty());
  CHECK(r.port.seats.empty());
}

TEST_CASE(
    "session: a join that was given up while the session was in a room that failed is undone when it is "
    "answered") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.say(R"({"id":3,"join":{"room":"a"}})");
  const auto late = r.asked<join_room>();
  r.pass(10s);
  CHECK(r.heard() == said{"3: 504 timeout"});
  r.s.on(room_failed{70, "a"});
  CHECK(r.heard() == said{"removed a"});
  SECTION("by a leave") {
    r.s.on(session_rig::joined_answer(late, 72));
    CHECK_FALSE(r.asked<leave_room>().answer);
    CHECK(r.port.seats.empty());
  }
  SECTION("unless another join is under way") {
    r.say(R"({"id":4,"join":{"room":"a"}})");
    const auto next = r.asked<join_room>();
    r.s.on(session_rig::joined_answer(late, 72));
    CHECK(r.port.requests.empty());
    auto already = session_rig::joined_answer(next, 72);
    already.already = true;
    r.s.on(already);
    CHECK_FALSE(r.asked<leave_room>().answer);
    CHECK(r.heard() == said{"4: 504 timeout"});
  }
}

TEST_CASE("session: a room that failed can be joined again") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.s.on(room_failed{70, "a"});
  r.join("a", 72, 5);
  r.deliver(72, numbered(6));
  CHECK(r.heard() == said{"message 6"});
}

TEST_CASE("session: a page that a failed room owes is not waited for") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.join("b", 71);
  r.deliver(70, numbered(2));
  r.turn();
  r.deliver(71, numbered(2));
  r.s.on(room_failed{70, "a"});
  CHECK(r.turn().room == "b");
}

TEST_CASE("session: a full pipeline reads on when its room fails") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  for (int i = 0; i < 4; ++i) r.say(publish_3);
  CHECK(r.port.paused);
  r.s.on(room_failed{70, "a"});
  CHECK_FALSE(r.port.paused);
}
