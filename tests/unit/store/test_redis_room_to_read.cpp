// A room of the Redis engine that is opened only because somebody reads.
#include "catch.hpp"
#include "unit/store/redis_world.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

namespace {

struct reader {
  explicit reader(fake_node& n) : node(n), store(n.engine().open_to_read("a", room)) {}
  const room_log& log() { return store->log(node.at()); }

  fake_node& node;
  listening_room room;
  std::unique_ptr<room_store> store;
};

}  // namespace

TEST_CASE(
    "redis room: reading one that is not there leaves nothing in the server, and says that it is empty") {
  redis_world w;
  reader r(w.node);
  w.pump();
  CHECK(r.store->is_open());
  CHECK(r.room.opened == 1);
  CHECK(r.log().head() == 0);
  CHECK(r.log().first() == 1);
  r.store.reset();
  w.pump();
  CHECK(w.server.rooms.empty());
  CHECK(w.node.engine().rooms() == 0);
}

TEST_CASE("redis room: reading one that is there brings what it holds") {
  redis_world w;
  guest before(w.other);
  w.pump();
  before.publish_many(3);
  reader r(w.node);
  w.pump();
  CHECK(r.log().head() == 3);
  CHECK(r.log().numbering() == w.stored().epoch);
}

TEST_CASE("redis room: who writes into one that was opened to read makes it") {
  redis_world w;
  reader r(w.node);
  w.pump();
  r.store->create();
  CHECK_FALSE(r.store->is_open());
  w.pump();
  CHECK(r.store->is_open());
  CHECK(r.room.opened == 2);
  std::vector<sequence> stored;
  r.store->append(text(), w.node.at(), [&](const result<receipt>& done) { stored.push_back(done->at.seq); });
  w.pump();
  CHECK(stored == std::vector<sequence>{1});
  CHECK(w.stored().head == 1);
}

TEST_CASE("redis room: who writes while it is being opened to read makes it, at whatever step") {
  for (int steps = 0; steps < 8; ++steps) {
    CAPTURE(steps);
    redis_world w;
    reader r(w.node);
    for (int i = 0; i < steps; ++i) w.node.move();
    r.store->create();
    w.pump();
    CHECK(r.store->is_open());
    CHECK(w.stored().epoch == r.log().numbering());
  }
}

TEST_CASE("redis room: one that was opened to read hears what another node writes meanwhile") {
  redis_world w;
  reader r(w.node);
  w.pump();
  guest writer(w.other);
  w.pump();
  writer.publish_many(3);
  w.pump();
  CHECK(r.log().head() == 3);
  r.store->create();
  w.pump();
  CHECK(r.store->is_open());
  CHECK(r.log().head() == 3);
}
