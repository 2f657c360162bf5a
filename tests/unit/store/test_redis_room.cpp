// How a room of the Redis engine is opened and closed.
#include <map>
#include <string>

#include "catch.hpp"
#include "unit/store/redis_world.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

TEST_CASE("redis room: it is open once its channel is there and its newest page is read") {
  redis_world w;
  guest g(w.node);
  CHECK_FALSE(g.store->is_open());
  CHECK(w.node.hear());
  CHECK(w.node.next() == &scripts::open);
  w.pump();
  CHECK(g.store->is_open());
  CHECK(g.room.opened == 1);
  CHECK(g.room.unavailable == 0);
  CHECK(g.stands() == position{w.stored().epoch, 0});
  CHECK(g.log().first() == 1);
}

TEST_CASE("redis room: it begins with the newest messages, and knows what else is kept") {
  redis_world w;
  guest before(w.other);
  w.pump();
  before.publish_many(600);
  guest g(w.node);
  w.pump();
  CHECK(g.log().head() == 600);
  CHECK(g.log().first() == 1);
  CHECK(g.log().held() > 1);
  CHECK(g.log().size() > 100);
  CHECK(g.heard().empty());
}

TEST_CASE("redis room: each keeps what its pattern says, here and in the server") {
  const retention most{{1000, 10000000, 1h}, {}}, few{{3, 10000000, 1h}, {}}, none{{0, 10000000, 1h}, {}};
  redis_world w({most, {{"few*", few}, {"none*", none}}});
  for (const auto& [name, first] : std::map<std::string, sequence>{{"a", 1}, {"few", 8}, {"none", 11}}) {
    INFO(name);
    guest here(w.node, name);
    w.pump();
    here.publish_many(10);
    guest there(w.other, name);
    w.pump();
    CHECK(here.log().first() == first);
    CHECK(there.log().first() == first);
  }
}

TEST_CASE("redis room: messages are as old as they are") {
  redis_world w;
  guest before(w.other);
  w.pump();
  before.publish_many(1);
  w.pass(59min);
  guest g(w.node);
  w.pump();
  CHECK(g.log().size() == 1);
  w.pass(1min);
  CHECK(g.log().empty());
}

TEST_CASE("redis room: what comes while it is being opened is heard once, behind the opening") {
  redis_world w;
  guest other(w.other);
  w.pump();
  guest g(w.node);
  CHECK(w.node.hear());
  other.publish_many(2);  // before the page
  CHECK(w.node.carry_out());
  CHECK(w.node.answer());
  CHECK(w.node.carry_out());
  other.publish_many(2);  // behind it
  w.pump();
  CHECK(g.log().size() == 4);
  CHECK(g.heard() == numbers_t{3, 4});
}

TEST_CASE("redis room: without a server it is not available, and it opens when the server is back") {
  redis_world w;
  w.node.link_down();
  guest g(w.node);
  CHECK(g.room.unavailable == 1);
  w.pump();
  CHECK_FALSE(g.store->is_open());
  w.node.link_up();
  w.pump();
  CHECK(g.room.opened == 1);
}

TEST_CASE("redis room: where the link goes down meanwhile, it is not available, told once") {
  redis_world w;
  guest g(w.node);
  CHECK(w.node.hear());
  w.node.link_down();
  CHECK(g.room.unavailable == 1);
  w.node.link_up();
  w.pump();
  CHECK(g.room.opened == 1);
}

TEST_CASE("redis room: a server that refuses is asked again with the next tick") {
  redis_world w;
  w.server.refuses = "LOADING Redis is loading";
  guest g(w.node);
  w.pump();
  CHECK(g.room.unavailable == 1);
  w.server.refuses.clear();
  w.pump();
  CHECK(g.room.opened == 0);
  w.tick();
  w.pump();
  CHECK(g.room.opened == 1);
}

TEST_CASE("redis room: what waits for a channel that does not come is refused with the second tick") {
  redis_world w;
  w.node.channels_down();
  guest g(w.node);
  w.tick();
  CHECK(g.room.unavailable == 0);
  w.tick();
  CHECK(g.room.unavailable == 1);
  w.node.channels_up();
  w.pump();
  CHECK(g.room.opened == 1);
}

TEST_CASE("redis room: a room that is opened again at once finds its channel still there") {
  redis_world w;
  w.node.slow_to_leave = true;
  { guest g(w.node); }
  w.pump();
  guest g(w.node);
  w.pump();
  CHECK(g.room.opened == 1);
}

TEST_CASE("redis room: replies to a room that was closed find nobody") {
  redis_world w;
  {
    guest g(w.node);
    w.pump();
    g.publish();
    g.store->read({1, 0, {1, 1}}, [](const auto&) { FAIL("closed"); });
  }
  w.pump();
  CHECK(w.node.engine().rooms() == 0);
  CHECK(w.stored().head == 1);
}

TEST_CASE("redis room: it may be closed from inside whatever it is told") {
  struct closer final : room_observer {
    void on_open() override { close(0); }
    void on_unavailable(const error&) override { close(1); }
    void on_message(const message_ptr&) override { close(2); }
    void on_numbering(const position&, bool) override { close(3); }
    void on_word(std::string_view) override {}
    void on_words() override {}
    bool wants_deflated() const override { return false; }
    void close(int what) {
      REQUIRE(store);
      if (what == closes) store.reset();
    }
    int closes = 0;
    std::unique_ptr<room_store> store;
  };
  for (int what = 0; what < 5; ++what) {
    CAPTURE(what);
    redis_world w;
    guest other(w.other);
    w.pump();
    closer c;
    c.closes = what;
    c.store = w.node.engine().open("a", c);
    if (what == 1) w.node.link_down();
    w.pump();
    if (what == 2) other.publish_many(3);
    if (what == 3) w.server.flush();
    if (what == 3) other.publish_many(1);
    if (what == 4) c.store->append(text(), w.node.at(), [&](const auto&) { c.store.reset(); });
    w.pump();
    CHECK_FALSE(c.store);
    CHECK(w.node.engine().rooms() == 0);
  }
}
