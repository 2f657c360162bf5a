// How a room of the Redis engine keeps up with the server: what it hears, misses, reads, and tells.
#include "catch.hpp"
#include "unit/store/redis_world.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

TEST_CASE("redis room: the channel's next message is in the log and is told") {
  pair_of_rooms w;
  w.say(2);
  CHECK(w.a.heard() == numbers_t{1, 2});
  CHECK(w.a.log().head() == 2);
  CHECK(w.a.log().read(1, {9, 9999}) == w.a.room.heard);
}

TEST_CASE("redis room: a message that comes twice is told once") {
  pair_of_rooms w;
  w.say(2);
  w.node.overhear(w.channel, w.stored().log.at(1).text);
  w.node.overhear(w.channel, w.stored().log.at(2).text);
  w.pump();
  CHECK(w.a.heard() == numbers_t{1, 2});
}

TEST_CASE("redis room: what the channel leaves out is read, and told in order") {
  pair_of_rooms w;
  w.miss(3);
  w.say(1);
  CHECK(w.a.heard() == numbers_t{1, 2, 3, 4});
  CHECK(w.counters().holes_mended == 1);
}

TEST_CASE("redis room: more than a page holds is read page by page") {
  pair_of_rooms w({5000, 10000000, 1h});
  w.miss(2000);
  w.say(1);
  CHECK(w.a.heard().size() == 2001);
  CHECK(w.a.heard().back() == 2001);
}

TEST_CASE("redis room: what comes behind the page that is on its way is told behind it, once") {
  pair_of_rooms w;
  w.miss(2);
  w.b.publish_many(1);
  CHECK(w.node.hear());  // 3: asks for a page
  w.b.publish_many(1);
  CHECK(w.node.hear());       // 4: stashed
  CHECK(w.node.carry_out());  // the page has it, too
  w.b.publish_many(1);
  CHECK(w.node.hear());  // 5: stashed, and only there
  CHECK(w.a.heard().empty());
  w.pump();
  CHECK(w.a.heard() == numbers_t{1, 2, 3, 4, 5});
}

TEST_CASE("redis room: a stash that is full is read instead") {
  pair_of_rooms w({5000, 10000000, 1h});
  w.miss(1);
  w.b.publish_many(1);
  CHECK(w.node.hear());
  CHECK(w.node.carry_out());
  w.b.publish_many(1500);
  while (w.node.hear()) {
  }
  w.pump();
  CHECK(w.a.heard().size() == 1502);
  CHECK(w.a.heard().back() == 1502);
}

TEST_CASE("redis room: a channel that was away is caught up with when it is there again") {
  pair_of_rooms w;
  w.node.channels_down();
  w.say(3);
  CHECK(w.a.heard().empty());
  w.node.channels_up();
  w.pump();
  CHECK(w.a.heard() == numbers_t{1, 2, 3});
}

TEST_CASE("redis room: the channel goes on while there is no link, and the link is caught up with") {
  pair_of_rooms w;
  w.node.link_down();
  w.say(2);
  CHECK(w.a.heard() == numbers_t{1, 2});
  w.miss(1);
  w.say(1);
  CHECK(w.a.heard() == numbers_t{1, 2});
  w.node.link_up();
  w.pump();
  CHECK(w.a.heard() == numbers_t{1, 2, 3, 4});
}

TEST_CASE(
    "redis room: a publish's number that the channel does not bring is looked for with the second tick") {
  pair_of_rooms w;
  w.a.publish();
  CHECK(w.node.carry_out());
  while (w.node.lose_message()) {
  }
  w.pump();
  w.tick();
  w.pump();
  CHECK(w.a.heard().empty());
  w.tick();
  w.pump();
  CHECK(w.a.heard() == numbers_t{1});
}

TEST_CASE("redis room: a room in use is opened again every quarter of its life") {
  pair_of_rooms w;
  w.stored().settings.clear();
  w.pass(30min - 1s);
  w.tick();
  w.pump();
  CHECK_FALSE(w.stored().settings.empty());
}

TEST_CASE("redis room: a quiet room asks for nothing") {
  pair_of_rooms w;
  const auto sent = w.node.sent;
  for (int i = 0; i < 100; ++i) {
    w.tick();
    w.pump();
  }
  CHECK(w.node.sent == sent);
}

TEST_CASE("redis room: nonsense on the channel is counted, and makes it look with the next tick") {
  pair_of_rooms w;
  w.miss(1);
  w.node.overhear(w.channel, "nonsense");
  w.pump();
  CHECK(w.counters().malformed == 1);
  CHECK(w.a.heard().empty());
  w.tick();
  w.pump();
  CHECK(w.a.heard() == numbers_t{1});
}

TEST_CASE("redis room: a number that is not there yet is looked for once") {
  pair_of_rooms w;
  const auto syncs = w.counters().syncs;
  w.node.overhear(w.channel, w.stored().epoch + " 77 1 0 x");
  w.pump();
  CHECK(w.counters().syncs == syncs + 1);
  w.say(1);
  CHECK(w.a.heard() == numbers_t{1});
}

TEST_CASE("redis room: what is missing between a page and what was stashed is read as well") {
  pair_of_rooms w;
  w.miss(1);
  w.b.publish_many(1);
  CHECK(w.node.hear());  // 2: asks for a page
  CHECK(w.node.carry_out());
  w.miss(1);
  w.b.publish_many(1);
  CHECK(w.node.hear());  // 4: stashed
  w.pump();
  CHECK(w.a.heard() == numbers_t{1, 2, 3, 4});
}

TEST_CASE("redis room: a refresh brings what the channel has not") {
  pair_of_rooms w;
  w.miss(3);
  std::vector<bool> refreshed;
  const auto note = [&](const std::optional<error>& why_not) { refreshed.push_back(!why_not); };
  w.a.store->refresh(note);
  w.a.store->refresh(note);
  CHECK(refreshed.empty());
  w.pump();
  CHECK(refreshed == std::vector<bool>{true, true});
  CHECK(w.a.heard() == numbers_t{1, 2, 3});
}

TEST_CASE("redis room: a refresh that the link does not survive, or is not there for, fails") {
  pair_of_rooms w;
  std::vector<bool> refreshed;
  const auto note = [&](const std::optional<error>& why_not) { refreshed.push_back(!why_not); };
  w.a.store->refresh(note);
  w.node.link_down();
  CHECK(refreshed == std::vector<bool>{false});
  w.a.store->refresh(note);
  CHECK(refreshed == std::vector<bool>{false, false});
}

TEST_CASE("redis room: what one node says comes to all, in order, and is no message") {
  pair_of_rooms w;
  w.b.store->say("one");
  w.b.store->say("two");
  w.pump();
  CHECK(w.a.room.words == std::vector<std::string>{"one", "two"});
  CHECK(w.a.heard().empty());
}

TEST_CASE("redis room: it says when words come, and when some may have been missed") {
  pair_of_rooms w;
  CHECK(w.a.room.word_beginnings == 1);
  w.node.channels_down();
  w.node.channels_up();
  w.pump();
  CHECK(w.a.room.word_beginnings == 2);
}

TEST_CASE("redis room: words that did not go out are made good for") {
  pair_of_rooms w;
  w.node.link_down();
  w.a.store->say("lost");
  w.node.link_up();
  w.pump();
  w.tick();
  w.pump();
  CHECK(w.a.room.word_beginnings == 2);
  CHECK(w.b.room.words.empty());
}
