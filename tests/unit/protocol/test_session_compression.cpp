// A session whose client takes compressed frames: it hears the same, and most of it compressed.
#include <random>

#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

namespace {

/// In room 70, whose messages are long.
struct compressing_rig : session_rig {
  explicit compressing_rig(bool compresses = true) {
    port.compresses = compresses;
    hello();
    join("a", 70);
    port.pushes = 0;
  }
};

}  // namespace

TEST_CASE("session compression: a join says what the client takes") {
  for (const bool compresses : {false, true}) {
    session_rig r;
    r.port.compresses = compresses;
    r.hello();
    r.say(R"({"id":2,"join":{"room":"a"}})");
    CHECK(r.asked<join_room>().deflates == compresses);
  }
}

TEST_CASE("session compression: a batch is one push of compressed frames and plain ones") {
  compressing_rig r;
  r.bring(70, of({deflated_message(1), numbered(2), deflated_message(0)}));
  CHECK(r.port.pushes == 1);
  CHECK(r.port.compressed == 2);
  CHECK(r.heard() == said{"message 1", "message 2", "message"});
}

TEST_CASE("session compression: who does not take it gets the same messages plain") {
  compressing_rig r(false);
  r.bring(70, of({deflated_message(1), deflated_message(2)}));
  r.deliver(70, deflated_message(3));
  CHECK(r.port.compressed == 0);
  CHECK(r.heard() == said{"message 1", "message 2", "message 3"});
}

TEST_CASE("session compression: single messages, and those beside one's own, are compressed too") {
  compressing_rig r;
  r.deliver(70, deflated_message(1));
  r.bring(70, of({deflated_message(2), deflated_message(3, "me")}));
  CHECK(r.port.compressed == 2);
  CHECK(r.heard() == said{"message 1", "message 2"});
}

TEST_CASE("session compression: replies and pushes for one session stay plain") {
  compressing_rig r;
  r.say(R"({"id":5,"history":{"room":"a"}})");
  history_read a;
  a.to = r.asked<read_history>().from;
  a.room = "a";
  for (sequence s = 1; s < 5; ++s) a.messages.push_back(deflated_message(s));
  a.head = 4;
  r.s.on(a);
  CHECK(r.port.compressed == 0);
  CHECK(r.heard() == said{"5: history"});
}

TEST_CASE("session compression: the outbox's bound is for the bytes that go out") {
  const auto b = of({deflated_message(1, "other", false, 3000), deflated_message(2, "other", false, 3000)});
  for (const bool compresses : {false, true}) {
    compressing_rig r(compresses);
    r.port.waiting = 3500;
    r.s.blocked(r.now);
    r.bring(70, b);
    CHECK(r.seat_in(70).live == compresses);
    CHECK(r.port.compressed == (compresses ? 2 : 0));
  }
}

TEST_CASE("session compression: a page from the log is compressed where its messages are") {
  compressing_rig r;
  r.port.waiting = 4000;
  r.s.blocked(r.now);
  r.deliver(70, deflated_message(1));
  r.port.waiting = 0;
  r.s.progressed(r.now);
  r.s.on(r.page(r.turn(), 70, {deflated_message(1), numbered(2), deflated_message(3)}, true));
  CHECK(r.port.compressed == 2);
  CHECK(r.heard() == said{"message 1", "message 2", "message 3"});
  CHECK(r.seat_in(70).live);
}

TEST_CASE("session compression: a page with one's own messages is compressed message by message") {
  compressing_rig r;
  r.port.waiting = 4000;
  r.s.blocked(r.now);
  r.deliver(70, deflated_message(1));
  r.port.waiting = 0;
  r.s.progressed(r.now);
  r.s.on(r.page(r.turn(), 70, {deflated_message(1), deflated_message(2, "me"), deflated_message(3)}, true));
  CHECK(r.port.compressed == 2);
  CHECK(r.heard() == said{"message 1", "message 3"});
}

TEST_CASE("session compression: it hears what a plain session hears, whatever comes (random)") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    std::mt19937 engine(seed);
    const auto pick = [&](unsigned n) { return static_cast<unsigned>(engine()) % n; };
    compressing_rig compressed;
    compressing_rig plain(false);
    sequence next = 1;
    for (int round = 0; round < 3; ++round) {
      batch b;
      for (unsigned n = 1 + pick(4); n > 0; --n) {
        const auto* who = pick(4) == 0 ? "me" : "other";
        const sequence seq = pick(4) == 0 ? 0 : next++;
        b.add(pick(2) == 0 ? deflated_message(seq, who, false, pick(600))
                           : numbered(seq, who, false, pick(600)));
      }
      for (auto* r : {&compressed, &plain}) r->bring(70, b);
    }
    REQUIRE(std::exchange(compressed.port.sent, {}) == std::exchange(plain.port.sent, {}));
    REQUIRE(compressed.seat_in(70).next == plain.seat_in(70).next);
  }
}
