#include "store/redis_settings.hpp"

#include "catch.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace std::chrono_literals;

TEST_CASE("redis settings: the number of another database stands in the names of keys and channels") {
  const retentions rooms(retention{{10, 1000, 1h}, {10, 1s, 100}});
  CHECK(redis_keys(redis_settings("roomd:", rooms).prefix(), "a").record() == "roomd:{r:a}");
  CHECK(redis_keys(redis_settings("roomd:", rooms, 3).prefix(), "a").record() == "roomd:3:{r:a}");
}

TEST_CASE(
    "redis settings: bounds are told as places of equal size, and a room outlives its messages by an hour") {
  const redis_retention s({{1000, 8388608, 24h}, {1000, 5min, 16777216}});
  CHECK(s.text() == "1000 8388 86400000 1000 300000 131072 90000000");
  CHECK(s.keep() == 25h);
  CHECK(s.has_history());
}

TEST_CASE("redis settings: a room keeps nothing where any bound is 0") {
  CHECK_FALSE(redis_retention({{0, 1000, 1h}, {}}).has_history());
  CHECK_FALSE(redis_retention({{10, 0, 1h}, {}}).has_history());
  const redis_retention s({{10, 1000, 0ms}, {5, 1h, 0}});
  CHECK_FALSE(s.has_history());
  CHECK(s.text() == "0 1000 0 5 3600000 1 7200000");
}

TEST_CASE("redis settings: a history has no more places than the scripts take") {
  CHECK(redis_retention({{10000000, 1048576 * 4, 1h}, {}}).text() == "524288 8 3600000 0 0 1 7200000");
}

TEST_CASE("redis settings: a message's step says how many places it fills") {
  const redis_retention s({{10, 10000, 1h}, {}});
  CHECK(s.step(0) == 1);
  CHECK(s.step(936) == 1);
  CHECK(s.step(937) == 1 + (std::uint64_t{1} << 32U));
  CHECK(s.step(9000) == 1 + (std::uint64_t{9} << 32U));
}

TEST_CASE("redis settings: each room keeps what its pattern says") {
  const redis_settings s("roomd:", {retention{{10, 10000, 1h}, {}}, {{"none:*", retention{}}}});
  CHECK(s.of("Maths").has_history());
  CHECK_FALSE(s.of("none:Maths").has_history());
}

TEST_CASE("redis keys: all of a room's bear its tag, and without history the record stands for the log") {
  const redis_keys keys("roomd:", "Maths");
  CHECK(keys.record() == "roomd:{r:Maths}");
  CHECK(keys.all()[1] == "roomd:{r:Maths}:log");
  CHECK(keys.all(false)[1] == "roomd:{r:Maths}");
  CHECK(keys.all()[2] == "roomd:{r:Maths}:keys");
  CHECK(keys.all()[3] == "roomd:{r:Maths}:old");
}
