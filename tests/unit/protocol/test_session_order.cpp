// A room's answers come in the order of the commands, also where its engine takes its time over a publish.
#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

namespace {

constexpr const char* publish_3 = R"({"id":3,"publish":{"room":"a","event":"e","data":1}})";
constexpr const char* leave_4 = R"({"id":4,"leave":{"room":"a"}})";

struct order_rig : session_rig {
  order_rig() {
    hello();
    join("a", 70);
  }
  void answer(const publish_message& m) { s.on(published{m.from, m.room, {"e1", 1}, false}); }
  void answer(const leave_room& m) { s.on(left{m.from, m.room, 70}); }
};

}  // namespace

TEST_CASE("session: a room is asked to let go only when it has answered the publish before") {
  order_rig r;
  r.say(publish_3);
  r.say(leave_4);
  const auto publish = r.asked<publish_message>();
  CHECK(r.asked_nothing());
  r.answer(publish);
  r.answer(r.asked<leave_room>());
  CHECK(r.heard() == said{"3: publish", "4: leave"});
}

TEST_CASE("session: publishes wait neither for one another nor for other rooms' publishes") {
  order_rig r;
  r.say(publish_3);
  r.say(R"({"id":4,"publish":{"room":"a","event":"e","data":2}})");
  r.say(R"({"id":5,"history":{"room":"b"}})");
  const auto first = r.asked<publish_message>();
  CHECK(first.from.serial < r.asked<publish_message>().from.serial);
  CHECK(r.asked<read_history>().room == "b");
}

TEST_CASE("session: a publish that is not kept waits for those that are, and not for its like") {
  order_rig r;
  const auto ephemeral = R"({"id":4,"publish":{"room":"a","event":"e","data":1,"ephemeral":true}})";
  r.say(ephemeral);
  r.say(ephemeral);
  const auto first = r.asked<publish_message>();
  const auto second = r.asked<publish_message>();
  r.say(publish_3);
  r.say(ephemeral);
  const auto kept = r.asked<publish_message>();
  CHECK_FALSE(kept.what->ephemeral);
  CHECK(r.asked_nothing());
  r.answer(kept);
  CHECK(r.asked<publish_message>().what->ephemeral);
}

TEST_CASE("session: what is behind a command that waits for a publish stays behind it") {
  order_rig r;
  r.say(publish_3);
  r.say(leave_4);
  r.say(R"({"id":5,"publish":{"room":"a","event":"e","data":2}})");
  r.say(R"({"id":6,"join":{"room":"a"}})");
  const auto first = r.asked<publish_message>();
  CHECK(r.asked_nothing());
  r.answer(first);
  r.answer(r.asked<leave_room>());
  const auto second = r.asked<publish_message>();
  CHECK(r.asked_nothing());  // the join waits for that one
  r.answer(second);
  r.s.on(session_rig::joined_answer(r.asked<join_room>(), 70, 2));
  CHECK(r.heard() == said{"3: publish", "4: leave", "5: publish", "6: join"});
}

TEST_CASE("session: a publish that is not answered in time holds up nothing any more") {
  order_rig r;
  r.say(publish_3);
  r.pass(5s);
  r.say(leave_4);
  const auto publish = r.asked<publish_message>();
  r.pass(5s);
  CHECK(r.heard() == said{"3: 504 timeout"});
  r.answer(r.asked<leave_room>());
  r.answer(publish);
  CHECK(r.heard() == said{"4: leave"});
}

TEST_CASE("session: where both are not answered in time, the leave has been asked for") {
  order_rig r;
  r.say(publish_3);
  r.say(leave_4);
  (void)r.asked<publish_message>();
  r.pass(10s);
  CHECK(r.heard() == said{"3: 504 timeout", "4: 504 timeout"});
  r.answer(r.asked<leave_room>());
  CHECK(r.port.seats.empty());
  CHECK(r.heard().empty());
}

TEST_CASE("session: a refusal comes behind a command that waits for a publish") {
  order_rig r;
  r.say(publish_3);
  r.say(leave_4);
  r.say(R"({"id":5,"join":{"room":"a","last":-1}})");
  r.answer(r.asked<publish_message>());
  CHECK(r.heard() == said{"3: publish"});
  r.answer(r.asked<leave_room>());
  CHECK(r.heard() == said{"4: leave", "5: 400 bad_request"});
}

TEST_CASE("session: commands that wait for a publish are among those under way, once") {
  order_rig r;  // four may be
  r.say(publish_3);
  r.say(leave_4);
  r.say(publish_3);
  CHECK_FALSE(r.port.paused);
  r.say(leave_4);
  CHECK(r.port.paused);
}

TEST_CASE("session: one that drains lets what waits for a publish get through") {
  order_rig r;
  r.say(publish_3);
  r.say(leave_4);
  r.s.drain();
  r.answer(r.asked<publish_message>());
  CHECK_FALSE(r.port.closed);
  r.answer(r.asked<leave_room>());
  CHECK(r.port.closed == close_code::going_away);
  CHECK(r.heard() == said{"3: publish", "4: leave"});
}
