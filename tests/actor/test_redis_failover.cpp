// A room whose Redis is a master with two replicas and three sentinels, when another server becomes the master.
#include <chrono>

#include "actors/redis_bridge.hpp"
#include "protocol/message_text.hpp"

#include "sentinel_servers.hpp"

namespace {

using namespace roomd;
using namespace roomd::actors::testing;

bool sentinel_is_there() {
  if (!redis_process::program().empty()) return true;
  WARN("skipped: redis-server is not installed (./dev setup --test installs it)");
  return false;
}

/// Hears a room, and says it in lines: `open`, `SEQ DATA`, `child SEQ` for a child epoch, `new SEQ` for another one.
class listening_room final : public store::room_observer {
 public:
  void on_open() override { news.add("open"); }
  void on_unavailable(const error&) override {}
  void on_message(const message_ptr& m) override {
    const std::string text(protocol::object_text(*m));
    const auto begin = text.find("\"data\":") + 7;
    news.add(std::to_string(m->seq) + ' ' + text.substr(begin, text.find('}', begin) - begin));
  }
  void on_numbering(const position& at, bool child) override {
    news.add((child ? "child " : "new ") + std::to_string(at.seq));
  }
  void on_word(std::string_view) override {}
  void on_words() override {}
  bool wants_deflated() const override { return false; }

  redis_news news;
};

/// A shard with an engine that asks the sentinels, and a room in use.
class room_rig {
 public:
  explicit room_rig(const actors::redis_sentinel_plan& sentinels) {
    on_shard([&] {
      actors::redis_plan plan{
          .servers = {{}},
          .sentinels = sentinels,
          .rooms = {"roomd:", roomd::retention{{1000, 1U << 20U, 1h}, {1000, 1h, 1U << 20U}}},
          .word = "word00000001"};
      plan.leases = std::make_shared<actors::node_leases>(runtime_.at(0), "node", "roomd:{leases}", 5s);
      bridge_ = std::make_unique<actors::redis_bridge>(runtime_.at(0), plan, protocol::make_sealer(),
                                                       protocol::make_codec());
      bridge_->start();
      store_ = bridge_->open("maths", room);
    });
  }
  ~room_rig() {
    on_shard([this] {
      store_.reset();
      bridge_->stop();
      bridge_.reset();
    });
  }

  /// So many messages, from a number on, are published and heard, each once and in their order.
  void talk(int from, int count) {
    on_shard([&] {
      for (int i = from; i < from + count; ++i) publish(std::to_string(i));
    });
    for (int i = from; i < from + count; ++i) {
      const auto number = std::to_string(i);
      CHECK(acknowledged.next() == number + '=' + number);
      CHECK(room.news.next() == number + ' ' + number);
    }
  }

  listening_room room;
  redis_news acknowledged;  ///< `DATA=SEQ`, or `DATA?`

 private:
  void publish(const std::string& data) {
    protocol::publish_command c;
    c.room = "maths";
    c.event = "e";
    c.data = data;
    store_->append(protocol::make_draft(c, "user", "session"), moment_of(runtime_.at(0)),
                   [this, data](const result<store::receipt>& r) {
                     acknowledged.add(r ? data + '=' + std::to_string(r->at.seq) : data + '?');
                   });
  }
  template <class F>
  void on_shard(F f) {
    runtime_.on(0, [&] {
      f();
      return true;
    });
  }

  runtime runtime_{1};
  std::unique_ptr<actors::redis_bridge> bridge_;
  std::unique_ptr<store::room_store> store_;
};

}  // namespace

TEST_CASE(
    "redis sentinels and servers: a room goes on within a second of each announcement, and loses nothing") {
  if (!sentinel_is_there()) return;
  sentinel_servers servers;
  room_rig rig(servers.plan());
  REQUIRE(rig.room.news.next() == "open");
  rig.talk(1, 20);

  const auto goes_on = [&](const std::string& head, auto&& strike) {
    sentinel_servers::ear ear(servers);
    strike();
    const auto announced = ear.await_switch();
    CHECK(rig.room.news.next() == "child " + head);
    const auto took = std::chrono::steady_clock::now() - announced;
    INFO("after " << took / 1ms << " ms");
    CHECK(took < 1s);
  };
  servers.settle(2);
  goes_on("20", [&] {
    servers.pause_sentinel();
    servers.master().kill();
  });
  rig.talk(21, 20);
  servers.settle(1);
  goes_on("40", [&] { servers.fail_over(); });
  rig.talk(41, 20);
}

TEST_CASE("redis sentinels and servers: a user with few rights at a sentinel is enough, and no user is not") {
  if (!sentinel_is_there()) return;
  const redis_process sentinel(
      {"--port", "{port}", "--sentinel"},
      "sentinel monitor maths 127.0.0.1 1 1\nuser default off\n"
      "user roomd on >secret resetchannels &+switch-master -@all +ping +subscribe +unsubscribe "
      "+sentinel|master +sentinel|get-master-addr-by-name\n");
  auto plan = sentinels_at({sentinel.port()});
  sentinels_rig stranger(plan);
  plan.servers[0].access = {"roomd", "secret", 0};
  sentinels_rig friends(plan);
  CHECK(friends.news.next() == "127.0.0.1:1");
  CHECK(stranger.problem() == "none of the 1 sentinels answers");
}
