// A turn's messages at once: the same as one by one, in fewer pushes.
#include <random>

#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

namespace {

struct batch_rig : session_rig {
  batch_rig() {
    hello();
    join("a", 70);
    port.pushes = 0;
  }
};

}  // namespace

TEST_CASE("session: a batch that fits is one push") {
  batch_rig r;
  r.bring(70, of({numbered(1), numbered(0), numbered(2)}));
  CHECK(r.port.pushes == 1);
  CHECK(r.heard() == said{"message 1", "message", "message 2"});
  CHECK(r.counters.deliveries == 3);
  CHECK(r.seat_in(70).next == 3);
}

TEST_CASE("session: own messages in a batch are passed over") {
  batch_rig r;
  r.bring(70, of({numbered(1), numbered(2, "me"), numbered(3)}));
  CHECK(r.heard() == said{"message 1", "message 3"});
  CHECK(r.seat_in(70).next == 4);
}

TEST_CASE("session: of a batch that it has had in part it gets the rest") {
  batch_rig r;
  r.deliver(70, numbered(1));
  r.bring(70, of({numbered(1), numbered(2)}));
  CHECK(r.heard() == said{"message 1", "message 2"});
}

TEST_CASE("session: what cannot be sent for want of memory is still expected, alone and in a batch") {
  batch_rig r;
  r.port.starved = true;
  CHECK_THROWS_AS(r.bring(70, of({numbered(1), numbered(2)})), std::bad_alloc);
  CHECK(r.seat_in(70).next == 1);
  CHECK_THROWS_AS(r.deliver(70, numbered(1)), std::bad_alloc);
  CHECK(r.seat_in(70).next == 1);
  r.port.starved = false;
  r.bring(70, of({numbered(1), numbered(2)}));
  CHECK(r.heard() == said{"message 1", "message 2"});
}

TEST_CASE("session: a batch that begins too late makes it fall behind") {
  batch_rig r;
  r.bring(70, of({numbered(2), numbered(3)}));
  CHECK(r.heard().empty());
  CHECK_FALSE(r.seat_in(70).live);
  CHECK(r.seat_in(70).next == 1);
}

TEST_CASE("session: a batch over the outbox's bound is taken as far as it goes") {
  batch_rig r;
  r.port.waiting = 3500;
  r.port.stuck = true;
  r.s.blocked(r.now);
  r.bring(70, of({numbered(1, "other", false, 200), numbered(2, "other", false, 900)}));
  CHECK(r.heard() == said{"message 1"});
  CHECK_FALSE(r.seat_in(70).live);
  CHECK(r.seat_in(70).next == 2);
}

TEST_CASE("session: batches end where single messages end, whatever comes (random)") {
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    INFO("seed " << seed);
    std::mt19937 engine(seed);
    const auto pick = [&](unsigned n) { return static_cast<unsigned>(engine()) % n; };
    batch_rig together;
    batch_rig singly;
    together.port.stuck = singly.port.stuck = pick(2) == 0;
    for (auto* r : {&together, &singly}) r->s.blocked(r->now);
    batch b;
    sequence next = 1 + pick(2);
    for (unsigned n = 1 + pick(6); n > 0; --n) {
      const bool ephemeral = pick(4) == 0;
      b.add(numbered(ephemeral ? 0 : next, pick(3) == 0 ? "me" : "other", pick(2) == 0, pick(2000)));
      if (!ephemeral) next += 1 + pick(8) / 7;
    }
    together.bring(70, b);
    for (std::size_t i = 0; i < b.size(); ++i) singly.s.deliver(singly.seat_in(70), b[i]);
    REQUIRE(together.heard() == singly.heard());
    REQUIRE(together.seat_in(70).next == singly.seat_in(70).next);
    REQUIRE(together.seat_in(70).live == singly.seat_in(70).live);
    REQUIRE(together.counters.deliveries == singly.counters.deliveries);
  }
}
