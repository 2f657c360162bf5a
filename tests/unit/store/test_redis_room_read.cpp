// Pages of history that a room of the Redis engine does not hold.
#include "catch.hpp"
#include "unit/store/redis_world.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

namespace {

constexpr page_bounds ten{10, 100000};

/// A room with 20 messages, and what is read of it.
struct history : redis_world {
  history() : a(node) {
    pump();
    a.publish_many(20);
    pump();
  }
  void read(const page_range& what) {
    a.store->read(what, [this](const result<room_store::pages>& page) {
      page ? pages.push_back(numbers(*page)) : void(++given_up);
    });
  }

  guest a;
  std::vector<numbers_t> pages;
  int given_up = 0;
};

}  // namespace

TEST_CASE("redis room: a page is read from a number on, or below one, ascending") {
  history w;
  w.read({3, 0, {2, 100000}});
  w.read({0, 18, {3, 100000}});
  w.pump();
  CHECK(w.pages == std::vector<numbers_t>{{3, 4}, {15, 16, 17}});
}

TEST_CASE("redis room: who wants the same page shares it") {
  history w;
  const auto sent = w.node.sent;
  for (int i = 0; i < 5; ++i) w.read({3, 0, {2, 100000}});
  w.pump();
  CHECK(w.pages == std::vector<numbers_t>(5, {3, 4}));
  CHECK(w.node.sent == sent + 1);
}

TEST_CASE("redis room: a reading waits for the link") {
  history w;
  w.read({3, 0, {2, 100000}});
  w.node.link_down();
  w.read({5, 0, {1, 100000}});
  CHECK(w.pages.empty());
  w.node.link_up();
  w.pump();
  CHECK(w.pages == std::vector<numbers_t>{{3, 4}, {5}});
}

TEST_CASE("redis room: a reading that the server refuses is tried again with the next tick") {
  history w;
  w.server.refuses = "BUSY";
  w.read({3, 0, {2, 100000}});
  w.pump();
  w.server.refuses.clear();
  CHECK(w.pages.empty());
  w.tick();
  w.pump();
  CHECK(w.pages == std::vector<numbers_t>{{3, 4}});
}

TEST_CASE("redis room: a page of another numbering is not handed out before that numbering is told") {
  history w;
  guest b(w.other);
  w.pump();
  w.server.flush();
  b.publish_many(4);
  while (w.node.lose_message()) {
  }
  w.read({1, 0, ten});
  w.pump();
  REQUIRE(w.a.room.numberings.size() == 1);
  CHECK(w.a.stands() == position{w.stored().epoch, 4});
  CHECK(w.pages == std::vector<numbers_t>{{1, 2, 3, 4}});
}

TEST_CASE("redis room: a page ends where the room stands") {
  history w;
  guest b(w.other);
  w.pump();
  b.publish_many(5);
  w.read({18, 0, ten});
  CHECK(w.node.carry_out());
  CHECK(w.node.answer());
  CHECK(w.pages == std::vector<numbers_t>{{18, 19, 20}});
}

TEST_CASE("redis room: a page says from where on history is kept by now") {
  history w;
  guest g(w.other);
  w.pump();
  w.stored().settings[0] = 12;
  w.read({1, 0, ten});
  w.pump();
  CHECK(w.pages == std::vector<numbers_t>{{9, 10, 11, 12, 13, 14, 15, 16, 17, 18}});
}

TEST_CASE("redis room: history begins behind a message that cannot be read") {
  history w;
  w.stored().log.at(5).text = "nonsense";
  w.read({3, 0, ten});
  w.read({4, 0, {2, 100000}});
  w.pump();
  CHECK(w.pages == std::vector<numbers_t>{{6, 7, 8, 9, 10, 11, 12}, {}});
}

TEST_CASE("redis room: a reading that has waited for the link for some seconds is given up") {
  history w;
  w.node.link_down();
  for (int i = 0; i < 100; ++i) w.read({3, 0, {2, 100000}});
  for (int i = 0; i < 4; ++i) w.tick();
  CHECK(w.given_up == 0);
  w.tick();
  CHECK(w.given_up == 100);
  w.node.link_up();
  w.pump();
  CHECK(w.pages.empty());
}

TEST_CASE("redis room: a reading that is on its way is not given up") {
  history w;
  w.read({3, 0, {2, 100000}});
  for (int i = 0; i < 10; ++i) w.tick();
  w.pump();
  CHECK(w.given_up == 0);
  CHECK(w.pages == std::vector<numbers_t>{{3, 4}});
}
