#include <string>

#include "store/redis_place.hpp"

#include "catch.hpp"

using namespace roomd::store;

TEST_CASE("redis place: names and addresses with a port") {
  CHECK(make_redis_place("10.0.0.7", "6379") == redis_place{"10.0.0.7", 6379});
  CHECK(make_redis_place("redis-1.example.org", "1") == redis_place{"redis-1.example.org", 1});
  CHECK(make_redis_place("fe80::1", "65535") == redis_place{"fe80::1", 65535});
  CHECK(make_redis_place(std::string(253, 'a'), "1"));
}

TEST_CASE("redis place: what is none is refused, before it is connected to or gets into a log") {
  for (const auto* host : {"", " ", "a b", "a\nb", "a/b", "[::1]", "a\"", "\xff"})
    CHECK_FALSE(make_redis_place(host, "6379"));
  CHECK_FALSE(make_redis_place(std::string(254, 'a'), "6379"));
  for (const auto* port : {"", "0", "65536", "-1", "+1", "6379 ", "0x10", "99999999999999999999"})
    CHECK_FALSE(make_redis_place("redis", port));
}
