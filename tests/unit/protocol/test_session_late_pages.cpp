// Pages that do not come: a session waits for none for ever, and a room whose engine is away holds up no other one.
#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

namespace {

/// In rooms 70 and 71 and behind in both: a message of each passed it by.
struct behind_rig : session_rig {
  behind_rig() {
    hello();
    join("a", 70);
    join("b", 71);
    port.waiting = 4000;
    s.blocked(now);
    deliver(70, numbered(1));
    deliver(71, numbered(1));
    port.waiting = 0;
    s.progressed(now);
  }
  static page_read later(const read_page& r, room_number number) {
    page_read a;
    a.to = r.from;
    a.number = number;
    a.later = true;
    return a;
  }
  static room_number number_of(const std::string& room) { return room == "a" ? 70 : 71; }
  /// Asks for a page that comes later: of which room.
  read_page ask_in_vain() {
    const auto asked = turn();
    s.on(later(asked, number_of(asked.room)));
    return asked;
  }
  void leave(const std::string& room) { say(R"({"id":3,"leave":{"room":")" + room + "\"}}"); }
  void alive_for(std::chrono::seconds t) {
    for (; t > 0s; t -= 1s) {
      s.alive(now);
      pass(1s);
    }
  }
};

}  // namespace

TEST_CASE("session: a page that comes later does not keep another room from reading") {
  behind_rig r;
  const auto first = r.ask_in_vain();
  const auto second = r.turn();
  CHECK(second.room != first.room);
  r.s.on(session_rig::page(second, behind_rig::number_of(second.room), {numbered(1)}, true));
  CHECK(r.heard() == said{"message 1"});
  r.s.on(session_rig::page(first, behind_rig::number_of(first.room), {numbered(1)}, true));
  CHECK(r.heard() == said{"message 1"});
  CHECK(r.seat_in(70).live);
  CHECK(r.seat_in(71).live);
}

TEST_CASE("session: while a page comes later it is not asked for again") {
  behind_rig r;
  r.ask_in_vain();
  r.ask_in_vain();
  const int queued = r.port.queued;
  r.s.progressed(r.now);
  CHECK(r.port.queued == queued);
  r.s.turn_to_read(r.now);
  CHECK(r.asked_nothing());
}

TEST_CASE("session: a late page for which there is no place any more is asked for again") {
  behind_rig r;
  const auto first = r.ask_in_vain();
  r.ask_in_vain();
  r.port.waiting = 1001;
  r.s.blocked(r.now);
  r.s.on(session_rig::page(first, behind_rig::number_of(first.room), {numbered(1)}, true));
  CHECK(r.heard().empty());
  r.port.waiting = 0;
  r.s.progressed(r.now);
  CHECK(r.turn().room == first.room);
}

TEST_CASE("session: a page that does not come for the write time-out takes the session out of the room") {
  behind_rig r;
  const auto lost = r.ask_in_vain();
  CHECK(r.port.deadlines > 0);
  r.alive_for(29s);
  CHECK(r.heard() == said{"ping"});
  r.alive_for(1s);
  CHECK(r.heard() == said{"removed " + lost.room});
  CHECK(r.port.seats.size() == 1);
  const auto leave = r.asked<leave_room>();
  CHECK(leave.room == lost.room);
  CHECK_FALSE(leave.answer);
  r.s.on(session_rig::page(lost, behind_rig::number_of(lost.room), {numbered(1)}, true));
  CHECK(r.heard().empty());
}

TEST_CASE("session: so does a page that the room does not answer at all, and the others read on") {
  behind_rig r;
  const auto lost = r.turn();
  r.alive_for(30s);
  CHECK(r.heard() == said{"ping", "removed " + lost.room});
  r.asked<leave_room>();
  CHECK(r.turn().room != lost.room);
}

TEST_CASE("session: its deadline is the page's where that is the first") {
  auto rules = small_rules();
  rules.time.write_timeout = 7s;
  session_rig r(rules);
  r.hello();
  r.join("a", 70);
  r.deliver(70, numbered(2));
  r.turn();
  CHECK(r.s.deadline() == r.now + 7s);
}

TEST_CASE("session: one that is about to leave is not taken out, or the next membership might be meant") {
  behind_rig r;
  const auto lost = r.ask_in_vain();
  r.leave(lost.room);
  r.asked<leave_room>();
  r.alive_for(40s);
  CHECK(r.heard() == said{"3: 504 timeout", "ping", "ping"});
  CHECK(r.asked_nothing());
}

TEST_CASE("session: a page that was asked for is waited for no more when the session has left the room") {
  behind_rig r;
  const auto lost = r.turn();
  r.leave(lost.room);
  const int queued = r.port.queued;
  r.s.on(left{r.asked<leave_room>().from, lost.room, behind_rig::number_of(lost.room)});
  CHECK(r.port.queued == queued + 1);
  CHECK(r.turn().room != lost.room);
}

TEST_CASE("session: a room that fails when its member has left it keeps no other room from reading") {
  behind_rig r;
  const auto lost = r.turn();
  const room_number number = behind_rig::number_of(lost.room);
  r.leave(lost.room);
  r.s.on(left{r.asked<leave_room>().from, lost.room, number});
  r.s.on(room_failed{number, lost.room});
  CHECK(r.port.queued > 1);
  CHECK(r.turn().room != lost.room);
}

TEST_CASE("session: with a new numbering the page of the old one is waited for no more") {
  behind_rig r;
  const auto old = r.ask_in_vain();
  r.ask_in_vain();
  const int queued = r.port.queued;
  const room_number number = behind_rig::number_of(old.room);
  r.s.renumber(r.seat_in(number), {"e2", 0}, false);
  CHECK(r.port.queued == queued + 1);
  CHECK(r.turn().room == old.room);
  r.heard();
  r.s.on(session_rig::page(old, number, {numbered(1)}, true));
  CHECK(r.heard().empty());
}
