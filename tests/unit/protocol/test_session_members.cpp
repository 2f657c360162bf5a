// A session's info on its way to its rooms, and the members' list that is sent anew where changes were left out.
#include <algorithm>

#include "protocol/encode.hpp"

#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol;
using namespace roomd::protocol::test;

namespace {

session_rules many_rooms() {
  auto rules = small_rules();
  rules.rooms = 128;
  return rules;
}

struct member_rig : session_rig {
  explicit member_rig(int rooms, session_rules rules = many_rooms()) : session_rig(std::move(rules)) {
    hello();
    for (int i = 0; i < rooms; ++i) join("r" + std::to_string(i), 70 + static_cast<room_number>(i), 0, true);
  }
  void identify(int n) {
    say(R"({"id":5,"identity":{"info":{"n":)" + std::to_string(n) + "}}}");
    CHECK(heard() == said{"5: identity"});
  }
  /// A change that the outbox does not take.
  void miss_news(room_number number = 70) {
    port.waiting = 4000;
    presence_change change;
    change.joined.push_back({"bob", "{}"});
    for (const auto& push : protocol::members_pushes("r0", change, 4000)) s.news(seat_in(number), push);
    port.waiting = 0;
  }
  /// It reads on until it is live again, and has asked for the first page of the list.
  list_members relist(room_number number = 70) {
    s.on(page(turn(), number, {}, true));
    s.turn_to_read(now);
    return asked<list_members>();
  }
  static members_listed list(const list_members& m, const char* user,
                             std::optional<member_cursor> next = {}) {
    const member_slice slice{{{user, "{}", {}}}, std::move(next)};
    return {m.from, m.room, write_member_page(m.room, slice, {m.form, m.after}), m.form};
  }
};

}  // namespace

TEST_CASE("session: identity is told to every room that it is in, when its turn comes") {
  member_rig r(2);
  r.identify(2);
  CHECK(r.asked_nothing());
  CHECK(r.port.queued_to_tell == 1);
  CHECK(r.s.turn_to_tell(8) == 2);
  for (const std::string room : {"r0", "r1"}) {
    const auto u = r.asked<update_info>();
    CHECK(u.room == room);
    CHECK(*u.info == R"({"n":2})");
    CHECK(u.info_stamp == 2);
  }
}

TEST_CASE("session: identities without end are one message to each room, until the room has taken it") {
  member_rig r(128);
  std::size_t told = 0;
  for (int n = 0; n < 1000; ++n) {
    r.identify(n);
    told += r.s.turn_to_tell(8);
  }
  CHECK(told == 128);
  CHECK(r.port.requests.size() == 128);
  r.port.requests.clear();
  for (int i = 0; i < 128; ++i) r.s.on(info_taken{{}, "r" + std::to_string(i)});
  CHECK(r.s.turn_to_tell(1000) == 128);
  REQUIRE(r.port.requests.size() == 128);
  CHECK(*r.asked<update_info>().info == R"({"n":999})");
}

TEST_CASE("session: its rooms are told of one text, which they share") {
  member_rig r(2);
  r.identify(2);
  r.s.turn_to_tell(8);
  const auto one = r.asked<update_info>();
  CHECK(one.info == r.asked<update_info>().info);
}

TEST_CASE("session: a room of which it asks something is told of its info first") {
  member_rig r(2);
  r.identify(2);
  r.say(R"({"id":6,"members":{"room":"r1"}})");
  CHECK(r.asked<update_info>().room == "r1");
  CHECK(r.asked<list_members>().room == "r1");
  CHECK(r.s.turn_to_tell(8) == 1);
  CHECK(r.asked<update_info>().room == "r0");
}

TEST_CASE("session: an identity that overtook a join is told to its room") {
  member_rig r(0);
  r.say(R"({"id":2,"join":{"room":"a"}})");
  const auto j = r.asked<join_room>();
  r.say(R"({"id":3,"identity":{"info":{"n":2}}})");
  CHECK(r.asked_nothing());
  r.s.on(session_rig::joined_answer(j, 70));
  CHECK(r.s.turn_to_tell(8) == 1);
  CHECK(*r.asked<update_info>().info == R"({"n":2})");
}

TEST_CASE("session: members asks for a page") {
  member_rig r(0);
  r.say(R"({"id":4,"members":{"room":"a","after":"3:bob","limit":7}})");
  const auto m = r.asked<list_members>();
  CHECK(m.after == member_cursor{"bob", {}});
  CHECK(m.limit == 7);
  r.say(R"({"id":5,"members":{"room":"a","after":"bob"}})");
  r.s.on(members_listed{m.from, "a", empty_page()});
  CHECK(r.heard() == said{"4: members", "5: 400 bad_request"});
}

TEST_CASE("session: presence that was left out is made up for by the whole list, page by page") {
  member_rig r(1);
  r.miss_news();
  const auto one = r.relist();
  CHECK(one.form == member_form::reset);
  CHECK(one.after == member_cursor{});
  r.s.turn_to_read(r.now);
  CHECK(r.asked_nothing());
  r.s.on(r.list(one, "alice", member_cursor{"alice", {}}));
  CHECK(r.heard() == said{"members reset +alice more"});
  r.s.turn_to_read(r.now);
  const auto two = r.asked<list_members>();
  CHECK(two.after == member_cursor{"alice", {}});
  r.s.on(r.list(two, "bob"));
  CHECK(r.heard() == said{"members +bob"});
  r.s.turn_to_read(r.now);
  CHECK(r.asked_nothing());
}

TEST_CASE("session: a page of the list waits until the outbox is low") {
  member_rig r(1);
  r.miss_news();
  r.s.on(r.list(r.relist(), "alice", member_cursor{"alice", {}}));
  r.port.waiting = 2000;
  r.s.blocked(r.now);
  r.s.turn_to_read(r.now);
  CHECK(r.asked_nothing());
  r.port.waiting = 0;
  r.s.progressed(r.now);
  r.s.turn_to_read(r.now);
  CHECK(r.asked<list_members>().after == member_cursor{"alice", {}});
}

TEST_CASE("session: changes that are left out again begin the list anew") {
  member_rig r(1);
  r.miss_news();
  const auto one = r.relist();
  r.miss_news();
  r.s.on(r.list(one, "alice", member_cursor{"alice", {}}));
  CHECK(r.heard().empty());
  CHECK(r.relist().after == member_cursor{});
}

TEST_CASE("session: a list that comes after the leave is not told, and the next room's follows") {
  member_rig r(2);
  r.miss_news(70);
  const auto one = r.relist(70);
  r.miss_news(71);
  r.s.on(session_rig::page(r.turn(), 71, {}, true));
  r.say(R"({"id":3,"leave":{"room":"r0"}})");
  r.s.on(left{r.asked<leave_room>().from, "r0", 70});
  r.s.on(r.list(one, "alice"));
  CHECK(r.heard() == said{"3: leave"});
  r.s.turn_to_read(r.now);
  CHECK(r.asked<list_members>().room == "r1");
}

TEST_CASE("session: a list that the room refuses is asked for again when the session reads on") {
  member_rig r(1);
  r.miss_news();
  const auto one = r.relist();
  r.s.on(refused{one.from, "r0", {errc::unavailable, {}, {}}});
  CHECK(r.heard().empty());
  CHECK(r.asked_nothing());
  r.s.progressed(r.now);
  r.s.turn_to_read(r.now);
  CHECK(r.asked<list_members>().room == "r0");
}

TEST_CASE("session: reading pauses while what it publishes piles up before its rooms") {
  auto rules = many_rooms();
  rules.commands_in_flight = 64;
  member_rig r(0, rules);
  const std::string data = '"' + std::string(900, 'x') + '"';
  int said_so = 0;
  while (!r.port.paused && said_so < 64) {
    r.say(R"({"id":9,"publish":{"room":"a","event":"e","data":)" + data + "}}");
    ++said_so;
  }
  CHECK(said_so == 5);  // 4,000 bytes may wait
  r.s.on(published{r.asked<publish_message>().from, "a", {"e1", 1}, false});
  CHECK_FALSE(r.port.paused);
}
