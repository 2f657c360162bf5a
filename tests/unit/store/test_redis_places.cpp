// Rooms at several places: what becomes of one place touches its rooms alone.
#include "catch.hpp"
#include "unit/store/redis_world.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

namespace {

struct two_places : redis_world {
  const std::string lost = "roomd:{r:lost}";
  guest here{node, "here"}, away{node, "lost"};
  two_places() { pump(); }
};

}  // namespace

TEST_CASE("redis places: what is under way to a lost place is refused, and its rooms take nothing more") {
  two_places w;
  w.away.publish();
  w.node.lose(w.lost);
  REQUIRE(w.away.told.size() == 1);
  CHECK(w.away.told[0].error().code == errc::unavailable);
  w.away.publish();
  REQUIRE(w.away.told.size() == 2);
  CHECK(w.away.told[1].error().code == errc::unavailable);
  CHECK(w.node.engine().channels(redis_engine::all).size() == 2);
}

TEST_CASE(
    "redis places: what is under way while a room is handed over is answered, in order, and nothing more is "
    "sent") {
  two_places w;
  w.away.publish();
  w.away.publish();
  CHECK(w.node.carry_out());
  w.node.hand_over(w.lost);
  w.away.publish();
  CHECK(w.away.told.empty());  // the room has not heard of the first one yet
  w.node.regain(w.lost);
  w.pump();
  CHECK(w.away.heard() == numbers_t{1, 2});
  CHECK(w.away.answers() == numbers_t{1, 2, 0});
}

TEST_CASE("redis places: rooms elsewhere go on, and are asked nothing") {
  two_places w;
  const auto before = w.node.sent;
  w.node.lose(w.lost);
  w.pump();
  CHECK(w.node.sent == before);
  w.here.publish_many(3);
  CHECK(w.here.heard() == numbers_t{1, 2, 3});
  CHECK(w.node.sent == before + 3);
}

TEST_CASE("redis places: a room whose place is back reads what it missed, and asks for its generation") {
  two_places w;
  guest other(w.other, "lost");
  w.pump();
  w.node.lose(w.lost);
  other.publish_many(3);
  w.node.regain(w.lost);
  CHECK(w.node.generation(w.lost).empty());
  w.pump();
  CHECK(w.away.heard() == numbers_t{1, 2, 3});
  w.away.publish_many(1);
  CHECK(w.away.heard() == numbers_t{1, 2, 3, 4});
}

TEST_CASE("redis places: a room that is opened while its place is away opens when it is back") {
  two_places w;
  w.node.lose("roomd:{r:new}");
  guest fresh(w.node, "new");
  w.pump();
  CHECK_FALSE(fresh.store->is_open());
  CHECK(fresh.room.unavailable == 1);
  w.node.regain("roomd:{r:new}");
  w.pump();
  CHECK(fresh.store->is_open());
}
