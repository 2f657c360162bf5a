// Epochs and holes: what a room of the Redis engine tells when its numbers do not simply go on.
#include "catch.hpp"
#include "unit/store/redis_world.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

TEST_CASE("redis room: where history no longer reaches back, it begins anew there, and says so") {
  pair_of_rooms w({4, 10000000, 1h});
  w.say(2);
  w.miss(7);
  w.say(1);
  const epoch e = w.stored().epoch;
  CHECK(w.a.room.numberings == numberings_t{{{e, 6}, false}});
  CHECK(w.a.heard() == numbers_t{1, 2, 7, 8, 9, 10});
  CHECK(w.a.log().first() == 7);
}

TEST_CASE("redis room: without history what is missed cannot be had, and that is said") {
  pair_of_rooms w({0, 0, 0ms});
  w.say(1);
  w.miss(2);
  w.say(1);
  CHECK(w.a.room.numberings == numberings_t{{{w.stored().epoch, 4}, false}});
  w.say(1);
  CHECK(w.a.heard() == numbers_t{1, 5});
}

TEST_CASE("redis room: a child epoch goes on where its parent was") {
  pair_of_rooms w;
  w.say(3);
  const epoch parent = w.stored().epoch;
  w.server.new_generation();
  w.tick();
  w.pump();
  CHECK(w.stored().epoch == parent);  // the link has not noticed
  w.other.forget_generation();
  w.say(1);
  const epoch child = w.stored().epoch;
  CHECK(child != parent);
  CHECK(w.a.room.numberings == numberings_t{{{child, 3}, true}});
  CHECK(w.a.heard() == numbers_t{1, 2, 3, 4});
  CHECK(w.a.log().common({parent, 9}) == 3);
}

TEST_CASE("redis room: of a parent that lost its newest writes, what is left is common") {
  pair_of_rooms w;
  w.say(3);
  auto replica = w.server.rooms;
  w.say(2);
  w.node.link_down();
  w.other.link_down();
  w.server.fail_over(replica);
  w.other.link_up();
  w.node.link_up();
  w.pump();
  w.say(1);
  const epoch child = w.stored().epoch;
  CHECK(w.a.room.numberings == numberings_t{{{child, 3}, true}});
  CHECK(w.b.room.numberings == numberings_t{{{child, 3}, true}});
  CHECK(w.a.heard() == numbers_t{1, 2, 3, 4, 5, 4});
  CHECK(w.a.log().read(4, {9, 9999}).front() == w.a.room.heard.back());
}

TEST_CASE("redis room: what an emptied server begins is nothing that was here") {
  pair_of_rooms w;
  w.say(3);
  w.server.flush();
  w.say(2);
  CHECK(w.a.room.numberings == numberings_t{{{w.stored().epoch, 0}, false}});
  CHECK(w.a.heard() == numbers_t{1, 2, 3, 1, 2});
  CHECK(w.counters().epochs == 1);
}

TEST_CASE("redis room: a generation that the link learns by another room is settled with the next tick") {
  pair_of_rooms w;
  w.say(1);
  w.server.new_generation();
  w.node.forget_generation();
  guest c(w.node, "c");
  w.pump();
  CHECK(w.a.room.numberings.empty());
  w.tick();
  w.pump();
  CHECK(w.a.room.numberings == numberings_t{{{w.stored().epoch, 1}, true}});
}

TEST_CASE("redis room: a message that cannot be read is a hole, and is told as one") {
  pair_of_rooms w;
  w.say(1);
  w.miss(3);
  w.stored().log.at(3).text = w.stored().epoch + " 3 1 0 without form";
  w.say(1);
  const epoch e = w.stored().epoch;
  CHECK(w.a.room.numberings == numberings_t{{{e, 3}, false}});
  CHECK(w.a.heard() == numbers_t{1, 2, 4, 5});
  CHECK(w.a.log().first() == 4);
}

TEST_CASE("redis room: where nothing can be read, the hole ends with what there is") {
  pair_of_rooms w;
  w.miss(2);
  for (auto& [seq, m] : w.stored().log) m.text = "nonsense";
  w.node.overhear(w.channel, w.stored().epoch + " 3 1 0 ");
  w.pump();
  CHECK(w.a.room.numberings == numberings_t{{{w.stored().epoch, 2}, false}});
  w.say(1);
  CHECK(w.a.heard() == numbers_t{3});
}

TEST_CASE("redis room: a room begins behind a message that cannot be read") {
  redis_world w;
  guest before(w.other);
  w.pump();
  before.publish_many(5);
  w.stored().log.at(3).text = "nonsense";
  guest g(w.node);
  w.pump();
  CHECK(g.log().first() == 4);
  CHECK(g.log().size() == 2);
}

TEST_CASE("redis room: a server that went back is followed, and who had more is told") {
  pair_of_rooms w;
  w.say(3);
  w.stored().head = 2;
  w.stored().log.erase(3);
  w.node.overhear(w.channel, w.stored().epoch + " 9 1 0 ");
  w.pump();
  CHECK(w.a.room.numberings == numberings_t{{{w.stored().epoch, 2}, true}});
  CHECK(w.a.log().head() == 2);
}

TEST_CASE(
    "redis room: a page that was numbered under another server is not believed before that is settled") {
  pair_of_rooms w;
  w.say(1);
  w.server.new_generation();
  w.node.forget_generation();
  guest c(w.node, "c");
  w.pump();
  w.miss(1);
  w.say(1);
  CHECK(w.a.room.numberings == numberings_t{{{w.stored().epoch, 1}, true}});
  CHECK(w.stored().generation == w.server.generation);
  CHECK(w.a.heard() == numbers_t{1, 2, 3});
}
