// Live messages and presence: what goes out, what is passed over, and when a session falls behind.
#include "protocol/encode.hpp"

#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

namespace {

/// In room 70, all caught up.
struct live_rig : session_rig {
  live_rig() {
    hello();
    join("a", 70, 0, true);
  }
  /// Nothing goes out any more, and so much waits.
  void block(std::size_t waiting) {
    port.waiting = waiting;
    s.blocked(now);
  }
  void unblock() {
    port.waiting = 0;
    s.progressed(now);
  }
  void news(const char* user) {
    presence_change change;
    change.joined.push_back({user, "{}"});
    for (const auto& push : protocol::members_pushes("a", change, 4000)) s.news(seat_in(70), push);
  }
};

}  // namespace

TEST_CASE("session: live messages go out as they come") {
  live_rig r;
  r.deliver(70, numbered(1));
  r.deliver(70, numbered(2));
  CHECK(r.heard() == said{"message 1", "message 2"});
  CHECK(r.counters.deliveries == 2);
}

TEST_CASE("session: own messages are passed over, and the next one is expected") {
  live_rig r;
  r.deliver(70, numbered(1, "me"));
  r.deliver(70, numbered(2));
  CHECK(r.heard() == said{"message 2"});
  CHECK(r.seat_in(70).live);
  CHECK(r.seat_in(70).next == 3);
}

TEST_CASE("session: own messages with echo are heard") {
  live_rig r;
  r.deliver(70, numbered(1, "me", true));
  CHECK(r.heard() == said{"message 1"});
}

TEST_CASE("session: a message that it has had is not sent again") {
  live_rig r;
  r.deliver(70, numbered(1));
  r.deliver(70, numbered(1));
  CHECK(r.heard() == said{"message 1"});
}

TEST_CASE("session: a number that was left out makes it read on from the log") {
  live_rig r;
  r.deliver(70, numbered(2));
  CHECK(r.heard().empty());
  const auto asked = r.turn();
  CHECK(asked.next == 1);
}

TEST_CASE("session: own messages do not make a full session fall behind") {
  live_rig r;
  r.block(4000);
  r.deliver(70, numbered(1, "me"));
  CHECK(r.seat_in(70).live);
  CHECK(r.seat_in(70).next == 2);
}

TEST_CASE("session: ephemeral messages go out, and leave the numbering alone") {
  live_rig r;
  r.deliver(70, numbered(0));
  CHECK(r.heard() == said{"message"});
  CHECK(r.seat_in(70).next == 1);
}

TEST_CASE("session: an ephemeral message that does not fit is dropped and counted") {
  live_rig r;
  r.block(4000);
  r.deliver(70, numbered(0));
  CHECK(r.heard().empty());
  CHECK(r.counters.drops == 1);
  CHECK(r.seat_in(70).live);
}

TEST_CASE("session: its own ephemeral messages are not counted as dropped") {
  live_rig r;
  r.block(4000);
  r.deliver(70, numbered(0, "me"));
  CHECK(r.counters.drops == 0);
}

TEST_CASE("session: a message that does not fit makes it fall behind, and later ones pass it by") {
  live_rig r;
  r.block(3950);
  r.deliver(70, numbered(1));
  r.deliver(70, numbered(2));
  CHECK(r.heard().empty());
  CHECK_FALSE(r.seat_in(70).live);
  CHECK(r.seat_in(70).next == 1);
  CHECK(r.counters.catch_ups == 1);
}

TEST_CASE("session: an empty outbox takes a message that is longer than the bound") {
  live_rig r;
  r.deliver(70, numbered(1, "other", false, 5000));
  CHECK(r.heard() == said{"message 1"});
}

TEST_CASE("session: it hears presence where it asked to") {
  live_rig r;
  r.news("bob");
  CHECK(r.heard() == said{"members +bob"});
}

TEST_CASE("session: presence that does not fit makes it fall behind") {
  live_rig r;
  r.block(4000);
  r.news("bob");
  CHECK_FALSE(r.seat_in(70).live);
  r.unblock();
  r.s.on(session_rig::page(r.turn(), 70, {}, true));
  CHECK(r.seat_in(70).live);
  r.s.turn_to_read(r.now);
  CHECK(r.asked<list_members>().form == member_form::reset);
}
