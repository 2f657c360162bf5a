// Rooms spread among independent servers.
#include <algorithm>
#include <array>

#include "store/redis_spread.hpp"

#include "catch.hpp"

using namespace roomd::store;

namespace {

constexpr std::size_t rooms = 20000;

std::string record_of(std::size_t room) { return "roomd:{r:room-" + std::to_string(room) + "}"; }

std::vector<std::string> servers(std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back("redis-" + std::to_string(i) + ":6379");
  return all;
}

}  // namespace

TEST_CASE("redis spread: every node, and every later version, puts a room at the same place") {
  const redis_spread s({"a:6379", "b:6379", "c:6379"});
  std::string places;
  for (const auto* room : {"Maths", "Physics", "Chess", "1", "2", "3", "4", "5", "6", "7"})
    places += "abc"[s.place_of("roomd:{r:" + std::string(room) + "}")];
  CHECK(places == "bacaacbacc");
}

TEST_CASE("redis spread: the order of the servers does not matter") {
  const redis_spread one({"a:1", "b:1", "c:1"});
  const redis_spread other({"c:1", "a:1", "b:1"});
  constexpr std::array<std::size_t, 3> place_of_other{2, 0, 1};
  bool same = true;
  for (std::size_t i = 0; i < 1000; ++i)
    same = same && one.place_of(record_of(i)) == place_of_other[other.place_of(record_of(i))];
  CHECK(same);
}

TEST_CASE("redis spread: all keys of a room are at one place") {
  const redis_spread s(servers(7));
  for (std::size_t i = 0; i < 100; ++i) CHECK(s.place_of(record_of(i)) == s.place_of(record_of(i) + ":log"));
}

TEST_CASE("redis spread: every server gets its share of the rooms") {
  for (const std::size_t count : {2U, 3U, 10U}) {
    const redis_spread s(servers(count));
    std::vector<std::size_t> shares(count);
    for (std::size_t i = 0; i < rooms; ++i) ++shares[s.place_of(record_of(i))];
    const auto [least, most] = std::minmax_element(shares.begin(), shares.end());
    CHECK(*least > rooms / count * 9 / 10);
    CHECK(*most < rooms / count * 11 / 10);
  }
}

TEST_CASE("redis spread: a server more takes its share, and no room moves between the others") {
  for (const std::size_t count : {1U, 2U, 5U}) {
    const redis_spread before(servers(count));
    const redis_spread after(servers(count + 1));
    std::size_t moved = 0;
    bool elsewhere = false;
    for (std::size_t i = 0; i < rooms; ++i) {
      const auto from = before.place_of(record_of(i));
      const auto to = after.place_of(record_of(i));
      moved += from != to;
      elsewhere = elsewhere || (from != to && to != count);
    }
    CHECK_FALSE(elsewhere);
    CHECK(moved > rooms / (count + 1) * 9 / 10);
    CHECK(moved < rooms / (count + 1) * 11 / 10);
  }
}
