// More rooms on one shard than its pipeline takes commands, over a real Redis that ends all connections.
#include "redis_node.hpp"
#include "redis_process.hpp"

namespace {

using namespace roomd;
using namespace roomd::actors::testing;

constexpr int count = 9000;  // a pipeline takes 8,192

std::string room(int number) { return "r" + std::to_string(number); }

}  // namespace

TEST_CASE("redis engine and server: more rooms than a pipeline takes open, and come back when all is lost") {
  if (!redis_process::is_there()) return;
  redis_process server;
  redis_client other(server.port());
  redis_node node(test_plan({at_port(server.port())}));
  REQUIRE(node.problem_becomes("").empty());
  for (int i = 0; i < count; ++i) node.open(room(i));
  REQUIRE(node.eventually(all_open));
  CHECK(node.look([](const auto& rooms) {
    return std::none_of(rooms.begin(), rooms.end(), [](const auto& r) { return r.second.refused; });
  }));

  const auto before = node.stats().engine_syncs;
  other.send(std::array<std::string_view, 6>{"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
  other.send(std::array<std::string_view, 4>{"CLIENT", "KILL", "TYPE", "pubsub"});
  other.next();
  other.next();
  REQUIRE(comes_true([&] {
    const auto now = node.stats();
    return now.engine_syncs >= before + count && now.engine_unserved == 0 && now.engine_away == 0;
  }));
  for (int i = 0; i < count; ++i) node.publish(room(i), "back");
  REQUIRE(node.eventually(all_answered));
  CHECK(node.eventually([](const auto& rooms) {
    return std::all_of(rooms.begin(), rooms.end(), [](const auto& r) { return r.second.texts.size() == 1; });
  }));
}
