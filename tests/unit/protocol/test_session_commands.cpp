// Commands on their way to the rooms, and the rooms' answers on their way back.
#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

TEST_CASE("session: a join carries what the room needs to know") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"join":{"room":"a","since":{"epoch":"e0","seq":5},"members":true}})");
  const auto j = r.asked<join_room>();
  CHECK(j.room == "a");
  CHECK(j.from.session == session_address{0, 7});
  CHECK(j.session_id == "me");
  CHECK_FALSE(j.published);
  CHECK(j.who.user == "alice");
  CHECK(j.who.info == R"({"n":1})");
  CHECK(j.since == position{"e0", 5});
  CHECK_FALSE(j.last);
  CHECK(j.members);
  CHECK(j.info_stamp == 1);
}

TEST_CASE("session: a join says whether the session has published, and so may find messages of its own") {
  session_rig r;
  r.hello();
  r.say(R"({"publish":{"room":"a","event":"e","data":1}})");
  r.s.on(published{r.asked<publish_message>().from, "a", {"e1", 1}, false});
  r.say(R"({"id":2,"join":{"room":"a"}})");
  CHECK(r.asked<join_room>().published);
}

TEST_CASE("session: a join is answered, and the session has a seat") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"join":{"room":"a"}})");
  CHECK(r.heard().empty());
  r.s.on(session_rig::joined_answer(r.asked<join_room>(), 70, 5));
  CHECK(r.heard() == said{"2: join"});
  CHECK(r.seat_in(70).room == "a");
  CHECK(r.seat_in(70).next == 6);
}

TEST_CASE("session: a join of a room that it is in is answered and changes nothing") {
  session_rig r;
  r.hello();
  r.join("a", 70, 5);
  r.say(R"({"id":3,"join":{"room":"a"}})");
  auto again = session_rig::joined_answer(r.asked<join_room>(), 70, 9);
  again.already = true;
  r.s.on(again);
  CHECK(r.heard() == said{"3: join"});
  CHECK(r.port.seats.size() == 1);
  CHECK(r.seat_in(70).next == 6);
}

TEST_CASE("session: the reply to a join comes before what is lost and before any message") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"join":{"room":"a","since":{"epoch":"e1","seq":1}}})");
  auto a = session_rig::joined_answer(r.asked<join_room>(), 70, 5);
  a.recovered = false;
  a.what_is_lost = gap_notice{2, 3};
  a.missed = 2;
  a.next = 4;
  r.s.on(a);
  r.s.on(session_rig::page(r.turn(), 70, {numbered(4), numbered(5)}, true));
  CHECK(r.heard() == said{"2: join", "gap 2-3", "message 4", "message 5"});
}

TEST_CASE("session: a join of another epoch hears where the new one begins") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"join":{"room":"a","since":{"epoch":"e0","seq":9}}})");
  auto a = session_rig::joined_answer(r.asked<join_room>(), 70, 5);
  a.recovered = false;
  a.what_is_lost = epoch_notice{{"e1", 5}};
  r.s.on(a);
  CHECK(r.heard() == said{"2: join", "epoch e1@5"});
}

TEST_CASE("session: a leave ends the membership when the room has said so") {
  session_rig r;
  r.hello();
  r.join("a", 70);
  r.say(R"({"id":3,"leave":{"room":"a"}})");
  const auto l = r.asked<leave_room>();
  CHECK(l.answer);
  r.deliver(70, numbered(1));
  r.s.on(left{l.from, "a", 70});
  CHECK(r.heard() == said{"message 1", "3: leave"});
  CHECK(r.port.seats.empty());
}

TEST_CASE("session: publish, history and members are passed on and answered without membership") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"publish":{"room":"a","event":"e","data":[1.0],"key":"k","echo":true}})");
  r.say(R"({"id":3,"history":{"room":"a","since":4,"limit":9}})");
  r.say(R"({"id":4,"members":{"room":"a"}})");
  const auto p = r.asked<publish_message>();
  CHECK(p.what->key == "k");
  CHECK(p.what->echo);
  CHECK(p.what->session == "me");
  r.s.on(published{p.from, "a", {"e1", 1}, false});
  const auto h = r.asked<read_history>();
  CHECK(h.since == sequence{4});
  CHECK(h.limit == 9);
  const auto m = r.asked<list_members>();
  CHECK(m.form == member_form::reply);
  r.s.on(history_read{h.from, "a", "e1", 1, 1, {numbered(1)}});
  r.s.on(members_listed{m.from, "a", empty_page()});
  CHECK(r.heard() == said{"2: publish", "3: history", "4: members"});
}

TEST_CASE("session: a command without id is not answered, but its error comes as a push") {
  session_rig r;
  r.hello();
  r.say(R"({"publish":{"room":"a","event":"e","data":1}})");
  r.say(R"({"publish":{"room":"a","event":"e","data":1}})");
  r.s.on(published{r.asked<publish_message>().from, "a", {"e1", 1}, false});
  r.s.on(refused{r.asked<publish_message>().from, "a", {errc::unavailable, {}, 5ms}});
  CHECK(r.heard() == said{"503 unavailable"});
}

TEST_CASE("session: a room's refusal answers the command") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"leave":{"room":"a"}})");
  r.s.on(refused{r.asked<leave_room>().from, "a", {errc::not_joined, {}, {}}});
  CHECK(r.heard() == said{"2: 404 not_joined"});
  CHECK(r.counters.errors == 1);
}

TEST_CASE("session: an answer that comes twice is told once") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"publish":{"room":"a","event":"e","data":1}})");
  const published done{r.asked<publish_message>().from, "a", {"e1", 1}, false};
  r.s.on(done);
  r.s.on(done);
  CHECK(r.heard() == said{"2: publish"});
}
