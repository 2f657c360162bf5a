// What a room does with what its server refuses because the room's slot moves to another one.
#include "catch.hpp"
#include "unit/store/redis_world.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

namespace {

struct one_room : redis_world {
  one_room() : a(node) { pump(); }

  guest a;
};

}  // namespace

TEST_CASE(
    "redis room: publishes that are refused because the slot moves go to the next server, in their order") {
  one_room w;
  for (int i = 0; i < 3; ++i) w.a.publish();
  w.node.send_on(w.channel);
  w.a.publish();  // behind them
  CHECK(w.a.told.empty());
  w.node.regain(w.channel);
  w.pump();
  CHECK(w.a.answers() == numbers_t{1, 2, 3, 4});
  CHECK(w.a.heard() == numbers_t{1, 2, 3, 4});
}

TEST_CASE("redis room: where a slot's move is not followed for some seconds, publishes are refused") {
  one_room w;
  w.a.publish();
  w.node.send_on(w.channel);
  CHECK(w.a.told.empty());
  w.a.publish();
  for (int i = 0; i < 4; ++i) w.tick();
  CHECK(w.a.answers() == numbers_t{0, 0});
  w.node.regain(w.channel);
  w.pump();
  w.a.publish_many(1);
  CHECK(w.a.answers() == numbers_t{0, 0, 1});
}

TEST_CASE(
    "redis room: a server that goes on to send its publishes elsewhere is asked so often, and no more") {
  one_room w;
  w.a.publish();
  w.server.refuses = "ASK 7 127.0.0.1:1";
  for (int i = 0; i < 4; ++i) {
    w.pump();
    w.tick();
  }
  REQUIRE(w.a.told.size() == 1);
  REQUIRE_FALSE(w.a.told[0]);
  CHECK(w.a.told[0].error().code == errc::unavailable);
}
