// A publisher is told behind its message: the channel brings that by another connection, sooner or later than the answer.
#include "catch.hpp"
#include "unit/store/redis_world.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

TEST_CASE(
    "redis room: the room hears of a message before its publisher is told, whichever connection is faster") {
  pair_of_rooms w;
  w.a.publish();
  while (w.node.carry_out() || w.node.answer()) {
  }
  CHECK(w.a.answers().empty());
  w.node.hear();
  CHECK(w.a.heard() == numbers_t{1});
  CHECK(w.a.answers() == numbers_t{1});
}

namespace {

/// A publish that Redis has acknowledged; the channel has not brought it here, and does not.
struct unheard : pair_of_rooms {
  unheard() {
    a.publish();
    while (node.carry_out() || node.answer()) {
    }
    CHECK(node.lose_message());
  }
};

}  // namespace

TEST_CASE("redis room: where the channel loses a message its publisher is told when the hole is mended") {
  unheard w;
  for (int i = 0; i < 2; ++i) {
    CHECK(w.a.answers().empty());
    w.tick();
    w.pump();
  }
  CHECK(w.a.heard() == numbers_t{1});
  CHECK(w.a.answers() == numbers_t{1});
}

TEST_CASE(
    "redis room: where neither channel nor page brings the message its publisher is told all the same") {
  unheard w;
  w.node.link_down();
  for (int i = 0; i < 3; ++i) {
    CHECK(w.a.answers().empty());
    w.tick();
  }
  CHECK(w.a.answers() == numbers_t{1});
}

TEST_CASE("redis room: a message that is lost with its numbering does not keep its publisher waiting") {
  unheard w;
  for (auto* node : {&w.node, &w.other}) {
    node->link_down();
    node->channels_down();
  }
  auto replica = w.server.rooms;
  replica.begin()->second.head = 0;
  replica.begin()->second.log.clear();
  w.server.fail_over(replica);
  w.node.link_up();
  w.node.channels_up();
  w.pump();
  CHECK(w.a.heard().empty());
  CHECK(w.a.answers() == numbers_t{1});
}

TEST_CASE("redis room: without its channel the room reads what is published, and tells the publisher then") {
  pair_of_rooms w;
  w.node.channels_down();
  w.a.publish();
  w.a.publish();
  w.pump();
  CHECK(w.a.heard() == numbers_t{1, 2});
  CHECK(w.a.answers() == numbers_t{1, 2});
}
