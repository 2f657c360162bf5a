// Reading on from the log: cursors, pages, gaps, and the seam back to the live messages.
#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

namespace {

/// In room 70 and behind: the outbox is full, and message 1 passed it by.
struct behind_rig : session_rig {
  behind_rig() {
    hello();
    join("a", 70);
    port.waiting = 4000;
    s.blocked(now);
    deliver(70, numbered(1));
  }
  void drain_to(std::size_t waiting) {
    port.waiting = waiting;
    s.progressed(now);
  }
};

}  // namespace

TEST_CASE("session: it asks for a page when its turn comes and the outbox is low") {
  behind_rig r;
  CHECK(r.port.queued == 1);
  r.drain_to(1000);
  const auto asked = r.turn();
  CHECK(asked.room == "a");
  CHECK(asked.next == 1);
  CHECK(asked.bytes == 3000);
}

TEST_CASE("session: with too much waiting it steps out, and progress brings it back") {
  behind_rig r;
  r.s.turn_to_read(r.now);
  CHECK(r.asked_nothing());
  r.drain_to(1001);
  CHECK(r.port.queued == 1);
  r.drain_to(1000);
  CHECK(r.port.queued == 2);
}

TEST_CASE("session: what waits only for the turn's end does not make it step out for ever") {
  behind_rig r;
  r.drain_to(0);
  r.port.waiting = 1001;  // taken in this turn, not yet with the kernel: there will be no progress to hear of
  r.s.turn_to_read(r.now);
  CHECK(r.asked_nothing());
  CHECK(r.port.queued == 2);
  r.port.waiting = 0;
  r.turn();
}

TEST_CASE("session: it asks for one page at a time") {
  behind_rig r;
  r.drain_to(0);
  const auto first = r.turn();
  r.drain_to(0);
  CHECK(r.port.queued == 1);
  r.s.on(session_rig::page(first, 70, {numbered(1)}, false));
  CHECK(r.port.queued == 2);
  CHECK(r.turn().next == 2);
}

TEST_CASE("session: with the page that reaches the head it is live again, without hole or repeat") {
  behind_rig r;
  r.drain_to(0);
  const auto asked = r.turn();
  r.deliver(70, numbered(2));  // before the page was cut: it is in the page
  r.s.on(session_rig::page(asked, 70, {numbered(1), numbered(2)}, true));
  r.deliver(70, numbered(3));
  CHECK(r.heard() == said{"message 1", "message 2", "message 3"});
  CHECK(r.port.queued == 1);
}

TEST_CASE("session: a page's gap comes before its messages") {
  behind_rig r;
  r.drain_to(0);
  auto page = session_rig::page(r.turn(), 70, {numbered(4)}, true);
  page.gap = gap_notice{1, 3};
  r.s.on(page);
  CHECK(r.heard() == said{"gap 1-3", "message 4"});
  CHECK(r.counters.gaps == 1);
}

TEST_CASE("session: own messages in a page are passed over") {
  behind_rig r;
  r.drain_to(0);
  r.s.on(session_rig::page(r.turn(), 70, {numbered(1), numbered(2, "me")}, true));
  CHECK(r.heard() == said{"message 1"});
  CHECK(r.seat_in(70).next == 3);
}

TEST_CASE("session: rooms that are behind take turns") {
  behind_rig r;
  r.drain_to(0);
  r.join("b", 71);
  r.port.waiting = 4000;
  r.deliver(71, numbered(1));
  r.drain_to(0);
  const auto first = r.turn();
  const room_number one = first.room == "a" ? 70 : 71;
  r.s.on(session_rig::page(first, one, {numbered(1)}, false));
  const auto second = r.turn();
  CHECK(second.room != first.room);
  r.s.on(session_rig::page(second, 141 - one, {numbered(1)}, false));
  CHECK(r.turn().room == first.room);
}

TEST_CASE("session: a page of an earlier stay is not sent, and the next one is asked for") {
  behind_rig r;
  r.drain_to(0);
  const auto old = r.turn();
  r.say(R"({"id":3,"leave":{"room":"a"}})");
  r.s.on(left{r.asked<leave_room>().from, "a", 70});
  r.say(R"({"id":4,"join":{"room":"a","since":{"epoch":"e1","seq":0}}})");
  auto again = session_rig::joined_answer(r.asked<join_room>(), 70, 1);
  again.missed = 1;
  again.next = 1;
  r.s.on(again);
  r.heard();
  r.s.on(session_rig::page(old, 70, {numbered(1)}, true));
  CHECK(r.heard().empty());
  r.s.on(session_rig::page(r.turn(), 70, {numbered(1)}, true));
  CHECK(r.heard() == said{"message 1"});
}

TEST_CASE("session: a page of a failed room's successor does not count for the page under way") {
  behind_rig r;
  r.drain_to(0);
  r.join("b", 71);
  r.port.waiting = 4000;
  r.deliver(71, numbered(1));
  r.drain_to(0);
  const auto lost = r.turn();
  const room_number one = lost.room == "a" ? 70 : 71;
  r.s.on(room_failed{one, lost.room});
  const auto asked = r.turn();
  r.heard();
  const int queued = r.port.queued;
  r.s.on(session_rig::page(lost, 99, {}, false));
  CHECK(r.port.queued == queued);
  r.s.on(session_rig::page(asked, 141 - one, {numbered(1)}, true));
  CHECK(r.heard() == said{"message 1"});
}

TEST_CASE("session: no progress for the write time-out closes with 4006 and throws away what waits") {
  behind_rig r;
  r.pass(30s);
  CHECK(r.port.closed == close_code::slow_consumer);
  CHECK(r.port.discarded);
  CHECK(r.port.seats.empty());
  CHECK(r.asked<leave_room>().room == "a");
}

TEST_CASE("session: while bytes wait and move, it is neither pinged nor closed") {
  behind_rig r;
  for (std::size_t waiting = 4000; waiting > 3900; waiting -= 10) {
    r.pass(29s);
    r.drain_to(waiting);
  }
  CHECK_FALSE(r.port.closed);
  CHECK(r.heard().empty());
}

TEST_CASE("session: only a join from a position, or for the last few, asks for a first page") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"join":{"room":"a"}})");
  CHECK(r.asked<join_room>().bytes == 0);
  r.say(R"({"id":3,"join":{"room":"b","last":3}})");
  CHECK(r.asked<join_room>().bytes == 3000);
}

TEST_CASE("session: with too much waiting a join asks for no first page") {
  session_rig r;
  r.hello();
  r.port.waiting = 1001;
  r.say(R"({"id":2,"join":{"room":"a","last":3}})");
  CHECK(r.asked<join_room>().bytes == 0);
}

namespace {

/// The answer to a join that is two messages behind a head of `head`, with its first page.
joined with_page(session_rig& r, sequence head, bool caught_up) {
  r.hello();
  r.say(R"({"id":2,"join":{"room":"a","since":{"epoch":"e1","seq":0}}})");
  joined a = session_rig::joined_answer(r.asked<join_room>(), 70, head);
  a.next = 1;
  a.missed = head;
  a.first_page = session_rig::page({"a", a.to, 1, 0}, 70, {numbered(1), numbered(2)}, caught_up);
  return a;
}

}  // namespace

TEST_CASE("session: the first page comes behind the answer to the join, and may be all there is") {
  session_rig r;
  r.s.on(with_page(r, 2, true));
  CHECK(r.heard() == said{"2: join", "message 1", "message 2"});
  CHECK(r.port.queued == 0);
  r.deliver(70, numbered(3));
  CHECK(r.heard() == said{"message 3"});
}

TEST_CASE("session: behind the first page it reads on") {
  session_rig r;
  r.s.on(with_page(r, 5, false));
  CHECK(r.port.queued == 1);
  CHECK(r.turn().next == 3);
}

TEST_CASE("session: a first page for which there is no place any more is asked for again") {
  session_rig r;
  const joined a = with_page(r, 2, true);
  r.port.waiting = 1001;
  r.s.on(a);
  CHECK(r.heard() == said{"2: join"});
  r.port.waiting = 0;
  CHECK(r.turn().next == 1);
}
