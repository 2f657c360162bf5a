// Nodes that publish what a backend adds to a stream of a real redis-server.
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/redis_message.hpp"
#include "store/redis_slot.hpp"

#include "actor/redis_cluster_process.hpp"
#include "actor/redis_process.hpp"
#include "actor/redis_rig.hpp"
#include "engines.hpp"
#include "node.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::node;

bool ingest_has_redis() {
  if (!redis_process::program().empty()) return true;
  WARN("skipped: redis-server is not installed (./dev setup --test installs it)");
  return false;
}

/// A server, a backend, and somebody who hears a room's channel.
struct ingest_world {
  redis_process server;
  link_rig backend{at_port(server.port())};
  subscriber_rig channel{at_port(server.port())};

  ingest_world() {
    backend.start();
    REQUIRE(backend.news.next() == "up");
    channel.subscribe("roomd:{r:Maths}");
    channel.start();
    REQUIRE(channel.news.until("on roomd:{r:Maths}"));
  }

  std::unique_ptr<node> make_node() {
    roomd::config::settings s;
    s.engine.type = "redis";
    s.server.threads = 2;
    s.rooms.linger = 0ms;
    s.redis.address = "127.0.0.1:" + std::to_string(server.port());
    s.redis.ingest = true;
    auto made =
        std::make_unique<node>(std::make_shared<const roomd::config::settings>(s), roomd::choose_engine(s));
    made->serve(true);
    return made;
  }

  void add(const std::vector<std::string_view>& fields) {
    std::vector<std::string_view> command{"XADD", "roomd:{ingest}", "*"};
    command.insert(command.end(), fields.begin(), fields.end());
    REQUIRE(backend.submit(command, "add"));
    REQUIRE(backend.news.next().starts_with("add="));
  }
  std::string ask(const std::vector<std::string_view>& command) {
    REQUIRE(backend.submit(command, ""));
    return backend.news.next();
  }
  /// The next message of the room: NUMBER DATA.
  std::string next() {
    for (;;) {
      const auto line = channel.news.next();
      const auto begin = line.find(": ");
      if (begin == line.npos) return line;
      const auto m = roomd::store::parse_redis_message(std::string_view(line).substr(begin + 2));
      const auto data = m ? m->payload.find(R"("data":)") : line.npos;
      if (data == line.npos) continue;  // the news of an epoch, or a word between nodes
      const auto text = m->payload.substr(data + 7);
      return std::to_string(m->seq) + ' ' + std::string(text.substr(0, text.size() - 2));
    }
  }
  bool empties() {
    for (const auto end = std::chrono::steady_clock::now() + deadline;
         std::chrono::steady_clock::now() < end;)
      if (ask({"XLEN", "roomd:{ingest}"}) == "=0") return true;
    return false;
  }
};

}  // namespace

TEST_CASE("ingest: entries become messages of their room in their order, and leave the stream") {
  if (!ingest_has_redis()) return;
  ingest_world w;
  for (int i = 1; i <= 600; ++i) w.add({"room", "Maths", "data", std::to_string(i)});
  const auto n = w.make_node();
  for (int i = 1; i <= 600; ++i) REQUIRE(w.next() == std::to_string(i) + ' ' + std::to_string(i));
  CHECK(w.empties());
  w.add({"room", "Maths", "data", "\"live\""});
  CHECK(w.next() == "601 \"live\"");
}

TEST_CASE("ingest: a repeated key is not published again, and an ephemeral entry has no number") {
  if (!ingest_has_redis()) return;
  ingest_world w;
  const auto n = w.make_node();
  w.add({"room", "Maths", "data", "1", "key", "k"});
  w.add({"room", "Maths", "data", "2", "key", "k"});
  w.add({"room", "Maths", "data", "3", "ephemeral", "1"});
  w.add({"room", "Maths", "data", "4"});
  CHECK(w.next() == "1 1");
  CHECK(w.next() == "0 3");
  CHECK(w.next() == "2 4");
  CHECK(w.empties());
}

TEST_CASE("ingest: a bad entry is set aside with the reason, and stalls nobody") {
  if (!ingest_has_redis()) return;
  ingest_world w;
  const auto n = w.make_node();
  w.add({"room", "Maths", "data", "no json"});
  w.add({"room", "Maths", "data", std::string(70000, 'x')});
  w.add({"room", "Maths", "data", "1"});
  CHECK(w.next() == "1 1");
  CHECK(w.empties());
  CHECK(w.ask({"XLEN", "roomd:{ingest}:bad"}) == "=2");
  const auto read = [&](const char* at) {
    return w.ask({"EVAL", "return redis.call('XRANGE', KEYS[1], '-', '+')[tonumber(ARGV[1])][2]", "1",
                  "roomd:{ingest}:bad", at});
  };
  const auto first = read("1");
  CHECK(first.find("ingest_reason,`data`: wanted is JSON,room,Maths,data,no json,") != first.npos);
  const auto second = read("2");
  CHECK(second.find("ingest_reason,it is larger than session.max_message") != second.npos);
  CHECK(second.size() < 200);
}

TEST_CASE(
    "ingest: where Redis' memory is full what is done with leaves the stream, and the rest stays in order") {
  if (!ingest_has_redis()) return;
  ingest_world w;
  w.add({"room", "Maths", "data", "no json"});
  for (int i = 1; i <= 3; ++i) w.add({"room", "Maths", "data", std::to_string(i)});
  REQUIRE(w.ask({"CONFIG", "SET", "maxmemory", "1"}) == "=OK");
  const auto n = w.make_node();
  CHECK(comes_true([&] { return w.ask({"XLEN", "roomd:{ingest}"}) == "=3"; }));
  CHECK(w.ask({"XLEN", "roomd:{ingest}:bad"}) == "=1");
  REQUIRE(w.ask({"CONFIG", "SET", "maxmemory", "0"}) == "=OK");
  for (int i = 1; i <= 3; ++i) CHECK(w.next() == std::to_string(i) + ' ' + std::to_string(i));
  CHECK(w.empties());
}

TEST_CASE("ingest: when the node that reads drains another one goes on") {
  if (!ingest_has_redis()) return;
  ingest_world w;
  const auto first = w.make_node();
  w.add({"room", "Maths", "data", "1"});
  CHECK(w.next() == "1 1");
  const auto second = w.make_node();
  first->serve(false);
  w.add({"room", "Maths", "data", "2"});
  CHECK(w.next() == "2 2");
  CHECK(w.empties());
}

TEST_CASE("ingest: on a Redis Cluster the stream is read where it is, whichever server the node knows") {
  if (!ingest_has_redis()) return;
  const redis_cluster_process cluster;
  const auto owner = cluster.first_owner_of(roomd::store::redis_slot("roomd:{ingest}"));
  const auto stranger = "127.0.0.1:" + std::to_string(cluster.port((owner + 1) % 3));

  roomd::config::settings s;
  s.engine.type = "redis";
  s.server.threads = 1;
  s.redis.mode = "cluster";
  s.redis.addresses = {stranger};
  s.redis.ingest = true;
  node n(std::make_shared<const roomd::config::settings>(s), roomd::choose_engine(s));
  n.serve(true);

  auto backend = cluster.client(owner);
  for (int i = 1; i <= 20; ++i)
    backend.demand({"XADD", "roomd:{ingest}", "*", "room", "Maths", "data", std::to_string(i)});
  auto keeper = cluster.client(redis_cluster_process::first_owner("Maths"));
  CHECK(comes_true([&] { return keeper.demand({"XLEN", "roomd:{r:Maths}:log"}).integer == 20; }));
  CHECK(comes_true([&] { return backend.demand({"XLEN", "roomd:{ingest}"}).integer == 0; }));
}
