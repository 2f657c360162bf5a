// The room's numbering changes while a session is in it: core/room_messages.hpp, `renumbered`.
#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

namespace {

/// In room 70, having had 1 to 5 of epoch e1.
struct member_rig : session_rig {
  member_rig() {
    hello();
    join("a", 70, 5);
  }
  void renumber(sequence seq, bool child) { s.renumber(seat_in(70), {"e2", seq}, child); }
  /// Behind: message 6 passed it by.
  void fall_behind() {
    port.waiting = 4000;
    s.blocked(now);
    deliver(70, numbered(6));
    port.waiting = 0;
    s.progressed(now);
  }
};

}  // namespace

TEST_CASE("session numbering: of a child it has had everything up to the parting, and hears where that is") {
  member_rig r;
  r.renumber(3, true);
  CHECK(r.port.sent == said{R"({"epoch":{"room":"a","epoch":"e2","seq":3}})"});
  r.heard();
  r.deliver(70, numbered(4));
  CHECK(r.heard() == said{"message 4"});
}

TEST_CASE("session numbering: who is behind the parting goes on from where it is") {
  member_rig r;
  r.fall_behind();
  r.renumber(9, true);
  CHECK(r.port.sent == said{R"({"epoch":{"room":"a","epoch":"e2","seq":5}})"});
  CHECK(r.turn().next == 6);
}

TEST_CASE("session numbering: a numbering that is no child begins anew for everyone") {
  member_rig r;
  r.fall_behind();
  r.renumber(0, false);
  CHECK(r.port.sent == said{R"({"epoch":{"room":"a","epoch":"e2","seq":0}})"});
  CHECK(r.turn().next == 1);
}

TEST_CASE("session numbering: a page of the old numbering that is under way does not count") {
  member_rig r;
  r.fall_behind();
  const auto asked = r.turn();
  r.renumber(0, false);
  r.heard();
  r.s.on(session_rig::page(asked, 70, {numbered(6), numbered(7)}, true));
  CHECK(r.heard().empty());
  const auto again = r.turn();
  CHECK(again.next == 1);
  r.s.on(session_rig::page(again, 70, {numbered(1)}, true));
  CHECK(r.heard() == said{"message 1"});
}
