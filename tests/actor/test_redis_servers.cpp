// The Redis engine over independent servers, among which the rooms are spread.
#include "store/redis_spread.hpp"

#include "redis_client.hpp"
#include "redis_node.hpp"
#include "redis_process.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::address_of;
using roomd::actors::redis_server;

constexpr int room_count = 40;

struct two_servers {
  redis_process servers[2];
  std::vector<redis_server> plan{at_port(servers[0].port()), at_port(servers[1].port())};
  roomd::store::redis_spread spread{{address_of(plan[0]), address_of(plan[1])}};

  static std::string name(int i) { return "room" + std::to_string(i); }
  std::size_t place_of(const std::string& name) const { return spread.place_of("roomd:{r:" + name + "}"); }
  std::string first_at(std::size_t place) const {
    for (int i = 0;; ++i)
      if (place_of(name(i)) == place) return name(i);
  }
};

void open_rooms(redis_node& node) {
  for (int i = 0; i < room_count; ++i) node.open(two_servers::name(i));
  REQUIRE(node.eventually(all_open));
}

/// Publishes once into every room; whether that was acknowledged.
std::map<std::string, bool> try_all(redis_node& node, const std::string& text) {
  for (int i = 0; i < room_count; ++i) node.publish(two_servers::name(i), text);
  REQUIRE(node.eventually(all_answered));
  return node.look([&](const auto& rooms) {
    std::map<std::string, bool> kept;
    for (const auto& [name, room] : rooms)
      kept[name] = !room.acknowledged.empty() && room.acknowledged.back() == text;
    return kept;
  });
}

}  // namespace

TEST_CASE("redis servers: an IPv6 address is shown in brackets") {
  CHECK(address_of({.host = "::1", .port = 7000}) == "[::1]:7000");
  CHECK(address_of({.host = "redis.example", .port = 7000}) == "redis.example:7000");
}

TEST_CASE("redis servers: where one server ends, its rooms are unavailable and no others, and it is named") {
  if (!redis_process::is_there()) return;
  two_servers redis;
  redis_node node(test_plan(redis.plan));
  open_rooms(node);
  REQUIRE(node.problem_becomes("").empty());
  redis.servers[1].kill();
  const auto problem = "no commands reach Redis at " + address_of(redis.plan[1]);
  CHECK(node.problem_becomes(problem) == problem);
  for (const auto& [name, kept] : try_all(node, "on one leg")) CHECK(kept == (redis.place_of(name) == 0));
  CHECK(node.eventually([&](const auto& rooms) { return rooms.at(redis.first_at(0)).texts.size() == 1; }));
  redis.servers[1].start_again();
  CHECK(node.problem_becomes("").empty());
  CHECK(node.eventually([&](const auto& rooms) { return !rooms.at(redis.first_at(1)).numberings.empty(); }));
  for (const auto& [name, kept] : try_all(node, "again")) CHECK(kept);
  CHECK(node.faults().empty());
}

TEST_CASE("redis servers: no node is taken for dead while the server with the leases is away") {
  if (!redis_process::is_there()) return;
  two_servers redis;
  redis_node node(test_plan(redis.plan));
  redis_node other(test_plan(redis.plan));
  open_rooms(node);
  const auto leases = redis.spread.place_of("roomd:{leases}");
  redis_client client(redis.servers[leases].port());
  const auto both_there = [&] { return client.ask({"HLEN", "roomd:{leases}"}).integer == 2; };
  REQUIRE(comes_true(both_there));
  redis.servers[leases].pause();
  const auto longer_than_a_lease = std::chrono::steady_clock::now() + 3s;
  while (std::chrono::steady_clock::now() < longer_than_a_lease) try_all(node, "meanwhile");
  redis.servers[leases].go_on();
  CHECK(node.problem_becomes("").empty());
  CHECK(comes_true(both_there));
  CHECK(node.ended() + other.ended() == 0);
}
