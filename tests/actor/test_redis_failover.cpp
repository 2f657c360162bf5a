// A room whose Redis is a master with two replicas and three sentinels, when another server becomes the master.
#include <chrono>

#include "redis_node.hpp"
#include "sentinel_servers.hpp"

namespace {

using namespace roomd::actors::testing;

/// Publishes the next twenty numbers; all that were published are acknowledged and heard, once and in their order.
void talk(redis_node& node, std::vector<std::string>& said) {
  for (int i = 0; i < 20; ++i) {
    said.push_back(std::to_string(said.size() + 1));
    node.publish("maths", said.back());
  }
  REQUIRE(node.eventually(all_answered));
  CHECK(node.look([](const auto& rooms) { return rooms.at("maths").acknowledged; }) == said);
  node.eventually([&](const auto& rooms) { return rooms.at("maths").texts.size() >= said.size(); });
  CHECK(node.look([](const auto& rooms) { return rooms.at("maths").texts; }) == said);
}

}  // namespace

TEST_CASE(
    "redis sentinels and servers: a room goes on within a second of each announcement, and loses nothing") {
  if (!redis_process::is_there()) return;
  sentinel_servers servers;
  auto plan = sentinel_plan(servers.plan());
  plan.timing = {};  // the daemon's
  redis_node node(plan);
  node.open("maths");
  REQUIRE(node.eventually(all_open));
  std::vector<std::string> said;
  talk(node, said);

  const auto goes_on = [&](std::size_t times, auto&& strike) {
    sentinel_servers::ear ear(servers);
    strike();
    const auto announced = ear.await_switch();
    REQUIRE(node.eventually([&](const auto& rooms) { return rooms.at("maths").numberings.size() == times; }));
    const auto took = std::chrono::steady_clock::now() - announced;
    INFO("after " << took / 1ms << " ms");
    CHECK(took < 1s);
    const auto told = node.look([](const auto& rooms) { return rooms.at("maths").numberings.back(); });
    CHECK(told.starts_with("child "));
    CHECK(told.ends_with('@' + std::to_string(said.size())));
    talk(node, said);
  };
  servers.settle(2);
  goes_on(1, [&] {
    servers.pause_sentinel();
    servers.master().kill();
  });
  servers.settle(1);
  goes_on(2, [&] { servers.fail_over(); });
}

TEST_CASE("redis sentinels and servers: a user with few rights at a sentinel is enough, and no user is not") {
  if (!redis_process::is_there()) return;
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
