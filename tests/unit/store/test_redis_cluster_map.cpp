// What a server of a Redis Cluster says of its slots, whole and broken.
#include <random>

#include "store/redis_cluster_map.hpp"

#include "catch.hpp"
#include "unit/store/fake_redis.hpp"

using namespace roomd::store;
using namespace roomd::store::test;

namespace {

constexpr auto nobody = redis_cluster_map::nobody;

redis_reply node(const std::string& host, std::int64_t port, const std::string& id) {
  return list_of(text_reply(host), integer_reply(port), text_reply(id), list_reply({}));
}
redis_reply range(std::int64_t first, std::int64_t last, redis_reply master) {
  return list_of(integer_reply(first), integer_reply(last), std::move(master), node("10.0.0.9", 7009, "id9"));
}
const std::string nodes =
    "id1 10.0.0.1:7001@17001,host,shard-id=x myself,master - 0 0 7 connected 0-99 200-299\n"
    "id2 10.0.0.2:7002@17002 master - 0 1426238317239 9 connected 100-199\n"
    "id9 10.0.0.9:7009@17009 slave id1 0 1426238316232 7 connected\n";

redis_reply three_ranges() {
  return list_of(range(0, 99, node("10.0.0.1", 7001, "id1")), range(100, 199, node("10.0.0.2", 7002, "id2")),
                 range(200, 299, node("10.0.0.1", 7001, "id1")));
}
std::optional<redis_cluster_map> read(const redis_reply& slots, const std::string& said = nodes) {
  return parse_redis_cluster_map(slots, text_reply(said), "asked.example");
}

}  // namespace

TEST_CASE("redis cluster map: every slot has its master, and every master its epoch") {
  const auto map = read(three_ranges());
  REQUIRE(map);
  REQUIRE(map->masters.size() == 2);
  CHECK(map->masters[0].at == redis_place{"10.0.0.1", 7001});
  CHECK(map->masters[0].epoch == 7);
  CHECK(map->masters[1].epoch == 9);
  CHECK(map->owners[0] == 0);
  CHECK(map->owners[100] == 1);
  CHECK(map->owners[199] == 1);
  CHECK(map->owners[299] == 0);
  CHECK(map->owners[300] == nobody);
}

TEST_CASE("redis cluster map: a server without a host is the one that was asked") {
  const auto map = read(list_of(range(0, 16383, node("", 7001, "id1"))));
  REQUIRE(map);
  CHECK(map->masters[0].at == redis_place{"asked.example", 7001});
  auto unknown = node("", 7001, "id1");
  unknown.items[0] = {};
  CHECK(read(list_of(range(0, 1, unknown)))->masters[0].at.host == "asked.example");
}

TEST_CASE("redis cluster map: a server without a name among others that have one is at its address") {
  const auto slots =
      list_of(range(0, 99, node("?", 7001, "id1")), range(100, 199, node("b.example", 7002, "id2")));
  const auto map = read(slots);
  REQUIRE(map);
  CHECK(map->masters[0].at == redis_place{"10.0.0.1", 7001});
  CHECK(map->masters[0].epoch == 7);
  CHECK(map->masters[1].at == redis_place{"b.example", 7002});
  const auto six = read(slots, "id1 fd00::7:7001@17001,,shard-id=x master - 0 0 7 connected");
  CHECK(six->masters[0].at == redis_place{"fd00::7", 7001});
  for (const std::string unknown : {"", "id1 :7001@17001 master - 0 0 7 connected", "id1 x"})
    CHECK(read(slots, unknown)->masters[0].at == redis_place{"asked.example", 7001});
}

TEST_CASE("redis cluster map: a master whose epoch is not told has the oldest") {
  CHECK(read(three_ranges(), "")->masters[1].epoch == 0);
  CHECK(read(three_ranges(), "id2 a:1@2 master - 0 0 x connected")->masters[1].epoch == 0);
  CHECK(read(three_ranges(), "id2 a:1@2\n\n  \nid2")->masters[1].epoch == 0);
}

TEST_CASE("redis cluster map: what makes no sense is no map") {
  const auto good = node("10.0.0.1", 7001, "id1");
  CHECK(read(list_reply({})));
  CHECK_FALSE(parse_redis_cluster_map(three_ranges(), error_reply("NOPERM x"), "a"));
  CHECK_FALSE(
      parse_redis_cluster_map(error_reply("ERR This instance has cluster support disabled"), {}, "a"));
  for (const auto& [first, last] : {std::pair{-1, 5}, {5, 4}, {0, 16384}, {16384, 16384}})
    CHECK_FALSE(read(list_of(range(first, last, good))));
  CHECK_FALSE(read(list_of(range(0, 9, good), range(9, 20, good))));  // twice
  for (const std::int64_t port : {0, -1, 65536})
    CHECK_FALSE(read(list_of(range(0, 9, node("a", port, "id")))));
  for (const auto& host : std::vector<std::string>{"a b", "a\r\nX", "??", "a/b", std::string(254, 'a')})
    CHECK_FALSE(read(list_of(range(0, 9, node(host, 1, "id")))));
  CHECK_FALSE(read(list_of(text_reply("0"))));
  CHECK_FALSE(read(list_of(list_of(integer_reply(0), integer_reply(1)))));
  CHECK_FALSE(read(list_of(range(0, 9, list_of(text_reply("a"), integer_reply(1))))));
}

TEST_CASE("redis cluster map: more masters than anybody has are no map") {
  std::vector<redis_reply> ranges;
  for (int i = 0; i < 1001; ++i) ranges.push_back(range(i, i, node("h" + std::to_string(i), 1, "x")));
  CHECK_FALSE(read(list_reply(ranges)));
  ranges.pop_back();
  CHECK(read(list_reply(ranges)));
}

TEST_CASE("redis cluster map: whatever a reply looks like, it is read or refused") {
  std::mt19937 dice(7);
  const auto below = [&](unsigned n) { return dice() % n; };
  std::size_t read_whole = 0;
  for (int round = 0; round < 5000; ++round) {
    auto slots = three_ranges();
    for (unsigned i = 0; i <= below(3); ++i) {  // something in it becomes something else
      auto* at = &slots;
      while (!at->items.empty() && below(4) != 0)
        at = &at->items[below(static_cast<unsigned>(at->items.size()))];
      const redis_reply others[] = {{},
                                    integer_reply(static_cast<std::int64_t>(below(40000)) - 10000),
                                    text_reply("x"),
                                    list_reply({}),
                                    error_reply("ERR")};
      *at = others[below(5)];
    }
    auto said = nodes;
    said.erase(below(static_cast<unsigned>(said.size())), below(30));
    if (const auto map = read(slots, said)) {
      ++read_whole;
      for (const auto owner : map->owners) REQUIRE((owner == nobody || owner < map->masters.size()));
    }
  }
  CHECK(read_whole > 0);
}
