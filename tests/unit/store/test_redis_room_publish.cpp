// What becomes of what a room of the Redis engine is given to publish.
#include <limits>

#include "store/redis_publishes.hpp"

#include "catch.hpp"
#include "unit/store/redis_world.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

namespace {

struct one_room : redis_world {
  explicit one_room(log_bounds log = {1000, 10000000, 1h}) : redis_world(log), a(node) { pump(); }
  const error& refusal() {
    REQUIRE_FALSE(a.told.empty());
    REQUIRE_FALSE(a.told.back());
    return a.told.back().error();
  }

  guest a;
};

}  // namespace

TEST_CASE("redis room: a publish is answered with its place, and heard by the channel alone") {
  one_room w;
  w.a.publish();
  CHECK(w.node.carry_out());
  CHECK(w.node.answer());
  CHECK(w.a.heard().empty());
  w.pump();
  CHECK(w.a.heard() == numbers_t{1});
  REQUIRE(w.a.told.size() == 1);
  CHECK(w.a.told[0]->at == position{w.stored().epoch, 1});
  CHECK_FALSE(w.a.told[0]->duplicate);
}

TEST_CASE("redis room: a key that another node has published is a duplicate") {
  one_room w;
  guest b(w.other);
  w.pump();
  b.publish("k");
  w.pump();
  w.a.publish("k");
  w.pump();
  REQUIRE(w.a.told.size() == 1);
  CHECK(w.a.told[0]->at == position{w.stored().epoch, 1});
  CHECK(w.a.told[0]->duplicate);
}

TEST_CASE(
    "redis room: a message goes to the server under the number that it gets, and at the server's time") {
  one_room w;
  guest b(w.other);
  w.pump();
  w.server.wall = 1700000000123;
  w.a.publish_many(20);
  w.pump();
  b.publish("k");
  b.publish("k");  // takes no number
  w.pump();
  w.a.publish_many(3);
  w.pump();
  CHECK(w.server.misjudged + w.server.unforeseen == 0);
  REQUIRE(w.a.heard().size() == 24);
  CHECK(w.a.room.heard.back()->time == 1700000000123);
}

TEST_CASE("redis room: where two nodes publish at once, the numbers that they expect are put right") {
  one_room w;
  guest b(w.other);
  w.pump();
  for (int i = 0; i < 3; ++i) {
    w.a.publish("a" + std::to_string(i));
    b.publish("b" + std::to_string(i));
  }
  w.pump();
  CHECK(w.server.misjudged == 3);
  w.a.publish();
  w.pump();
  b.publish_many(2);  // not sure of their numbers
  w.pump();
  b.publish_many(2);  // sure again
  w.pump();
  CHECK(w.server.misjudged == 3);
  CHECK(w.server.unforeseen == 2);
  for (auto* each : {&w.a, &b}) CHECK(each->heard() == numbers_t{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  w.a.publish("b2");
  w.pump();
  CHECK(w.a.told.back()->duplicate);
  CHECK(w.a.told.back()->at.seq == b.answers()[2]);
}

TEST_CASE("redis room: publishes under a numbering that is gone wait for the new one, in their order") {
  one_room w;
  w.server.flush();
  const int opened = w.server.calls[&scripts::open];
  for (int i = 0; i < 3; ++i) w.a.publish();
  CHECK(w.node.carry_out());
  CHECK(w.node.answer());
  w.a.publish();  // behind those that come back
  w.pump();
  CHECK(w.server.calls[&scripts::open] == opened + 1);
  CHECK(w.a.answers() == numbers_t{1, 2, 3, 4});
  CHECK(w.a.heard() == numbers_t{1, 2, 3, 4});
  CHECK(w.a.told[0]->at.epoch == w.stored().epoch);
}

TEST_CASE("redis room: a publish that comes back again and again is refused") {
  one_room w;
  w.a.publish();
  for (int moves = 0; moves < 100; ++moves) {
    if (w.node.next() == &scripts::publish) w.server.flush();
    (void)(w.node.carry_out() || w.node.answer() || w.node.hear());
  }
  CHECK(w.refusal().code == errc::unavailable);
}

TEST_CASE("redis room: what the server refuses is refused in our words, and may be tried again in a second") {
  for (const char* words :
       {"OOM command not allowed", "MISCONF secret", "NOREPLICAS", "ERR roomd.argument"}) {
    CAPTURE(words);
    one_room w;
    w.server.refuses = words;
    w.a.publish();
    w.pump();
    CHECK(w.refusal().code == errc::unavailable);
    CHECK(w.refusal().after == 1s);
    CHECK(w.refusal().message == why::not_served);
    w.server.refuses.clear();
    w.a.publish();
    w.pump();
    CHECK(w.a.answers() == numbers_t{0, 1});
  }
}

TEST_CASE(
    "redis room: a server that is no longer the master is asked for the numbering before the next publish") {
  one_room w;
  w.server.refuses = "READONLY You can't write against a read only replica.";
  w.a.publish();
  w.pump();
  w.server.refuses.clear();
  w.server.new_generation();
  w.tick();
  w.a.publish();
  w.pump();
  CHECK(w.a.answers() == numbers_t{0, 1});
  CHECK(w.stored().generation == w.server.generation);
  CHECK(w.a.told[1]->at.epoch == w.stored().epoch);
}

TEST_CASE("redis room: a publish over a link that knows no generation waits until it is asked for") {
  one_room w;
  w.node.forget_generation();
  w.a.publish();
  CHECK(w.node.next() == &scripts::open);
  w.pump();
  CHECK(w.a.answers() == numbers_t{1});
}

TEST_CASE("redis room: a publish waits while the numbering is being settled") {
  one_room w;
  w.node.link_down();
  w.node.link_up();
  w.a.publish();
  CHECK(w.node.next() == &scripts::open);
  CHECK(w.node.carry_out());
  CHECK(w.node.answer());
  CHECK(w.node.next() == &scripts::read_page);
  w.a.publish();
  CHECK(w.node.carry_out());
  CHECK_FALSE(w.node.next());
  w.pump();
  CHECK(w.a.answers() == numbers_t{1, 2});
}

TEST_CASE("redis room: a numbering that cannot be settled now is settled before the next publish") {
  one_room w;
  w.server.flush();
  w.a.publish();
  CHECK(w.node.carry_out());
  CHECK(w.node.answer());
  w.server.refuses = "LOADING Redis is loading";
  w.pump();
  CHECK(w.refusal().message == why::not_served);
  w.server.refuses.clear();
  w.tick();
  CHECK(w.node.next() == &scripts::open);
  w.pump();
  w.a.publish();
  w.pump();
  CHECK(w.a.answers() == numbers_t{0, 1});
}

TEST_CASE(
    "redis room: when the link goes down, what is under way is refused, in order, and what comes then") {
  one_room w;
  w.server.flush();
  w.a.publish();
  w.a.publish();
  CHECK(w.node.carry_out());
  CHECK(w.node.answer());  // the first one waits
  w.node.link_down();
  w.a.publish();
  CHECK(w.a.answers() == numbers_t{0, 0, 0});
  CHECK(w.refusal().after == 1s);
  CHECK(w.refusal().message == why::link_down);
  w.node.link_up();
  w.pump();
  w.a.publish();
  w.pump();
  CHECK(w.a.told.back());
}

TEST_CASE("redis room: what is published while as much is under way as may be waits for its turn") {
  one_room w;
  w.node.most_commands = 2;
  for (int i = 0; i < 3; ++i) w.a.publish();
  w.pump();
  CHECK(w.a.answers() == numbers_t{1, 2, 3});
}

TEST_CASE("redis room: only so many publishes wait for the numbering") {
  one_room w;
  w.node.forget_generation();
  for (std::size_t i = 0; i <= redis_publishes::most_publishes; ++i) w.a.publish();
  w.pump();
  REQUIRE(w.a.told.size() == redis_publishes::most_publishes + 1);
  CHECK(w.refusal().message == why::too_many);
  CHECK(w.a.told[redis_publishes::most_publishes - 1]);
}

TEST_CASE("redis room: without history a message is numbered and sent, and not kept") {
  one_room w({0, 0, 0ms});
  w.a.publish("k");
  w.pump();
  CHECK(w.a.heard() == numbers_t{1});
  CHECK(w.stored().log.empty());
  CHECK(w.a.log().first() == 2);
}

TEST_CASE("redis room: a reply of another type refuses the publish") {
  one_room w;
  w.a.publish();
  CHECK(w.node.carry_out());
  w.node.falsify(text_reply("OK"));
  w.pump();
  CHECK(w.refusal().code == errc::unavailable);
  CHECK(w.node.engine().counters().malformed == 1);
}

TEST_CASE("redis room: the least of all numbers is no more than a number") {
  one_room w;
  w.a.publish("k");
  CHECK(w.node.carry_out());
  w.node.falsify(integer_reply(std::numeric_limits<std::int64_t>::min()));
  CHECK(w.node.answer());
  REQUIRE(w.a.told.size() == 1);
  CHECK(w.a.told[0]->duplicate);
}

TEST_CASE("redis room: a message that is not kept goes to the rooms of all nodes, and has no number") {
  one_room w;
  guest b(w.other);
  w.pump();
  w.server.wall = 5678;
  w.a.store->send(text(), w.node.at());
  w.pump();
  for (auto* each : {&w.a, &b}) {
    REQUIRE(each->heard() == numbers_t{0});
    CHECK(each->room.heard[0]->time == 5678);
    CHECK(each->log().head() == 0);
  }
}

TEST_CASE("redis room: a message that is not kept reaches at least its own node") {
  one_room w;
  SECTION("without the link") { w.node.link_down(); }
  SECTION("without the channel") { w.node.channels_down(); }
  SECTION("with a link that is full") { w.node.most_commands = 0; }
  w.a.store->send(text(), w.node.at());
  CHECK(w.a.heard() == numbers_t{0});
  w.pump();
  CHECK(w.a.heard() == numbers_t{0});
}
