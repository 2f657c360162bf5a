#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "core/membership.hpp"

#include "catch.hpp"

using roomd::membership;
using roomd::session_address;

namespace {

using shards = std::vector<std::uint32_t>;

shards all_shards(const membership& m) {
  shards seen;
  m.for_each_shard([&](std::uint32_t s) { seen.push_back(s); });
  return seen;
}

shards observing_shards(const membership& m) {
  shards seen;
  m.for_each_observing_shard([&](std::uint32_t s) { seen.push_back(s); });
  return seen;
}

}  // namespace

TEST_CASE("membership: a session is in once") {
  membership m;
  CHECK(m.add({{1, 7}, "a", false}));
  CHECK_FALSE(m.add({{1, 7}, "b", true}));
  CHECK(m.size() == 1);
  CHECK(m.observers() == 0);
  REQUIRE(m.find({1, 7}) != nullptr);
  CHECK(m.find({1, 7})->session_id == "a");
}

TEST_CASE("membership: the same number on another shard is another session") {
  membership m;
  m.add({{1, 7}, "a", false});
  CHECK(m.find({2, 7}) == nullptr);
  CHECK_FALSE(m.remove({2, 7}));
  CHECK(m.size() == 1);
}

TEST_CASE("membership: a session that is removed can come again") {
  membership m;
  m.add({{0, 1}, "a", true});
  CHECK(m.remove({0, 1}));
  CHECK_FALSE(m.remove({0, 1}));
  CHECK(m.empty());
  CHECK(m.observers() == 0);
  CHECK(m.add({{0, 1}, "a", false}));
}

TEST_CASE("membership: each shard with members is named once, in ascending order") {
  membership m;
  for (std::uint64_t number = 0; number < 30; ++number) {
    m.add({{static_cast<std::uint32_t>(9 - number % 3 * 4), number}, "s", false});
  }
  CHECK(all_shards(m) == shards{1, 5, 9});
  CHECK(observing_shards(m).empty());
}

TEST_CASE("membership: a shard is named until its last member goes") {
  membership m;
  m.add({{3, 1}, "a", true});
  m.add({{3, 2}, "b", false});
  m.remove({3, 1});
  CHECK(all_shards(m) == shards{3});
  CHECK(observing_shards(m).empty());
  m.remove({3, 2});
  CHECK(all_shards(m).empty());
}

TEST_CASE("membership: agrees with a plain list under random operations") {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    membership m;
    std::map<session_address, bool> model;
    for (int step = 0; step < 40; ++step) {
      const session_address s{static_cast<std::uint32_t>(random() % 5), random() % 8};
      if (random() % 2 == 0) {
        const bool observer = random() % 3 == 0;
        REQUIRE(m.add({s, std::to_string(s.number), observer}) == model.try_emplace(s, observer).second);
      } else {
        REQUIRE(m.remove(s) == (model.erase(s) == 1));
      }
      const auto* found = m.find(s);
      REQUIRE((found != nullptr) == model.contains(s));
      if (found != nullptr) REQUIRE((found->session == s && found->observer == model.at(s)));
      std::set<std::uint32_t> with_members;
      std::set<std::uint32_t> with_observers;
      for (const auto& [address, observer] : model) {
        with_members.insert(address.shard);
        if (observer) with_observers.insert(address.shard);
      }
      REQUIRE(m.size() == model.size());
      REQUIRE(m.observers() == static_cast<std::size_t>(std::count_if(
                                   model.begin(), model.end(), [](const auto& e) { return e.second; })));
      REQUIRE(all_shards(m) == shards(with_members.begin(), with_members.end()));
      REQUIRE(observing_shards(m) == shards(with_observers.begin(), with_observers.end()));
    }
  }
}

TEST_CASE("membership: it counts the members that take compressed frames") {
  membership m;
  CHECK(m.deflating() == 0);
  m.add({{0, 1}, "a", false, true});
  m.add({{0, 2}, "b", true, false});
  m.add({{1, 3}, "c", true, true});
  CHECK_FALSE(m.add({{0, 1}, "a", false, true}));
  CHECK(m.deflating() == 2);
  CHECK(m.find({0, 1})->deflates);
  CHECK_FALSE(m.find({0, 2})->deflates);
  m.remove({0, 2});
  m.remove({0, 1});
  CHECK(m.deflating() == 1);
  m.remove({1, 3});
  CHECK(m.deflating() == 0);
}
