// What a session refuses by itself, in which order, and what happens when a room does not answer.
#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;
using roomd::protocol::session_rules;

namespace {

constexpr auto publish_2 = R"({"id":2,"publish":{"room":"a","event":"e","data":1}})";
constexpr auto publish_3 = R"({"id":3,"publish":{"room":"a","event":"e","data":1}})";
constexpr auto bad_3 = R"({"id":3,"history":{"room":"a","limit":0}})";
constexpr auto join_a = R"({"id":2,"join":{"room":"a"}})";

published ack(const publish_message& p) { return {p.from, p.room, {"e1", 1}, false}; }

}  // namespace

TEST_CASE("session: a refusal waits for the room's answers to the commands before it") {
  session_rig r;
  r.hello();
  r.say(publish_2);
  r.say(bad_3);
  CHECK(r.heard().empty());
  r.s.on(ack(r.asked<publish_message>()));
  CHECK(r.heard() == said{"2: publish", "3: 400 bad_request"});
}

TEST_CASE("session: a refusal does not wait for another room") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"publish":{"room":"b","event":"e","data":1}})");
  r.say(bad_3);
  CHECK(r.heard() == said{"3: 400 bad_request"});
}

TEST_CASE("session: a refusal that names no room does not wait") {
  session_rig r;
  r.hello();
  r.say(publish_2);
  r.say(R"({"id":3,"dance":{}})");
  CHECK(r.heard() == said{"3: 400 unknown_command"});
}

TEST_CASE("session: a refusal does not wait for the commands behind it") {
  session_rig r;
  r.hello();
  r.say(publish_2);
  r.say(bad_3);
  r.say(R"({"id":4,"publish":{"room":"a","event":"e","data":1}})");
  r.s.on(ack(r.asked<publish_message>()));
  CHECK(r.heard() == said{"2: publish", "3: 400 bad_request"});
  r.s.on(ack(r.asked<publish_message>()));
  CHECK(r.heard() == said{"4: publish"});
}

TEST_CASE("session: commands over the rate are refused and say when to come again") {
  session_rules rules = small_rules();
  rules.commands_per_second = 2;
  rules.commands_burst = 1;
  session_rig r(rules);
  r.hello();
  r.say(R"({"id":2,"identity":{"info":{}}})");
  r.say(R"({"id":3,"identity":{"info":{}}})");
  REQUIRE(r.port.sent.size() == 2);
  CHECK(r.port.sent.back().find(R"("after":500)") != std::string::npos);
  CHECK(r.heard() == said{"2: identity", "3: 429 rate_limited"});
  r.pass(500ms);
  r.say(R"({"id":4,"identity":{"info":{}}})");
  CHECK(r.heard() == said{"4: identity"});
}

TEST_CASE("session: a pong costs no token") {
  session_rules rules = small_rules();
  rules.commands_per_second = 1;
  rules.commands_burst = 1;
  session_rig r(rules);
  r.hello();
  for (int i = 0; i < 5; ++i) r.say(R"({"pong":{}})");
  r.say(R"({"id":2,"identity":{"info":{}}})");
  CHECK(r.heard() == said{"2: identity"});
}

TEST_CASE("session: with as many commands under way as may be, it reads no more until one is answered") {
  session_rig r;
  r.hello();
  for (int i = 0; i < 3; ++i) r.say(publish_2);
  CHECK_FALSE(r.port.paused);
  r.say(publish_2);
  CHECK(r.port.paused);
  r.s.on(ack(r.asked<publish_message>()));
  CHECK_FALSE(r.port.paused);
}

TEST_CASE("session: held refusals count among the commands under way") {
  session_rig r;
  r.hello();
  r.say(publish_2);
  for (int i = 0; i < 3; ++i) r.say(bad_3);
  CHECK(r.port.paused);
  r.s.on(ack(r.asked<publish_message>()));
  CHECK_FALSE(r.port.paused);
  CHECK(r.heard().size() == 4);
}

TEST_CASE("session: while as many bytes wait as may, it reads no more commands") {
  session_rig r;
  r.hello();
  r.port.waiting = 4000;
  r.say(R"({"id":2,"identity":{"info":{}}})");
  CHECK(r.port.paused);
  r.port.waiting = 3999;
  r.s.progressed(r.now);
  CHECK_FALSE(r.port.paused);
}

TEST_CASE("session: while a command whose answer may be long is under way, it reads no more") {
  session_rig r;
  r.hello();
  SECTION("history") {
    r.say(R"({"id":2,"history":{"room":"a"}})");
    CHECK(r.port.paused);
    r.s.on(history_read{r.asked<read_history>().from, "a", "e1", 1, 0, {}});
  }
  SECTION("members") {
    r.say(R"({"id":2,"members":{"room":"a"}})");
    CHECK(r.port.paused);
    r.s.on(members_listed{r.asked<list_members>().from, "a", empty_page()});
  }
  SECTION("join with members") {
    r.say(R"({"id":2,"join":{"room":"a","members":true}})");
    CHECK(r.port.paused);
    r.s.on(session_rig::joined_answer(r.asked<join_room>(), 70));
  }
  SECTION("a time-out ends it") {
    r.say(R"({"id":2,"history":{"room":"a"}})");
    r.pass(10s);
  }
  CHECK_FALSE(r.port.paused);
}

TEST_CASE("session: a command that is not answered in time gets 504, and a late answer is not told") {
  session_rig r;
  r.hello();
  r.say(publish_2);
  r.pass(9999ms);
  CHECK(r.heard().empty());
  CHECK(r.s.deadline() == r.now + 1ms);
  r.pass(1ms);
  CHECK(r.heard() == said{"2: 504 timeout"});
  r.s.on(ack(r.asked<publish_message>()));
  CHECK(r.heard().empty());
}

TEST_CASE("session: a 504 does not wait for a younger command of its room") {
  session_rig r;
  r.hello();
  r.say(publish_2);
  r.pass(5s);
  r.say(publish_3);
  r.pass(5s);
  CHECK(r.heard() == said{"2: 504 timeout"});
  r.asked<publish_message>();
  r.s.on(ack(r.asked<publish_message>()));
  CHECK(r.heard() == said{"3: publish"});
}

TEST_CASE("session: a time-out lets go what waited behind it") {
  session_rig r;
  r.hello();
  r.say(publish_2);
  r.say(bad_3);
  r.pass(10s);
  CHECK(r.heard() == said{"2: 504 timeout", "3: 400 bad_request"});
}

TEST_CASE("session: a join that comes to pass after its time-out is undone") {
  session_rig r;
  r.hello();
  r.say(join_a);
  const auto j = r.asked<join_room>();
  r.pass(10s);
  CHECK(r.heard() == said{"2: 504 timeout"});
  const auto undo = r.asked<leave_room>();
  CHECK(undo.room == "a");
  CHECK_FALSE(undo.answer);
  r.s.on(session_rig::joined_answer(j, 70));
  CHECK(r.heard().empty());
  CHECK(r.port.seats.empty());
  CHECK_FALSE(r.asked<leave_room>().answer);  // once more, see session::undo
  r.join("a", 70);
  CHECK(r.port.seats.size() == 1);
}

TEST_CASE("session: a join that meets one about to be undone is told to try again") {
  session_rig r;
  r.hello();
  r.say(join_a);
  const auto slow = r.asked<join_room>();
  r.pass(5s);
  r.say(R"({"id":3,"join":{"room":"a"}})");
  auto second = session_rig::joined_answer(r.asked<join_room>(), 70);
  second.already = true;
  r.pass(5s);
  r.heard();
  r.s.on(session_rig::joined_answer(slow, 70));
  r.s.on(second);
  CHECK(r.heard() == said{"3: 504 timeout"});
  CHECK(r.port.seats.empty());
}

TEST_CASE("session: the time-out of a join that would have changed nothing takes nobody out of the room") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.say(join_a);
  r.asked<join_room>();
  r.pass(10s);
  CHECK(r.heard() == said{"2: 504 timeout"});
  CHECK(r.asked_nothing());
}

TEST_CASE("session: the time-out of a join behind a leave is undone") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.say(R"({"id":3,"leave":{"room":"a"}})");
  r.say(R"({"id":4,"join":{"room":"a"}})");
  const auto leave = r.asked<leave_room>();
  const auto join = r.asked<join_room>();
  r.pass(10s);
  CHECK(r.heard() == said{"3: 504 timeout", "4: 504 timeout"});
  CHECK_FALSE(r.asked<leave_room>().answer);
  r.s.on(left{leave.from, "a", 70});
  r.s.on(session_rig::joined_answer(join, 70));
  CHECK(r.port.seats.empty());
}
