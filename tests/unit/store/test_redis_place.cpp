#include <string>
#include <utility>

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

TEST_CASE("redis place: a cluster's server says who has the slot") {
  const auto told = [](std::string text) {
    redis_reply error;
    error.what = redis_reply::kind::error;
    error.text = std::move(text);
    return redirected_place(error, "asked.example.org");
  };
  CHECK(told("MOVED 3999 127.0.0.1:6381") == redis_place{"127.0.0.1", 6381});
  CHECK(told("MOVED 3999 ::1:6381") == redis_place{"::1", 6381});
  CHECK(told("MOVED 3999 :6381") == redis_place{"asked.example.org", 6381});
  for (const auto* other : {"MOVED", "MOVED 3999", "MOVED 3999 host", "MOVED 3999 host:", "MOVED 3999 host:0",
                            "MOVED 3999 ho\nst:1", "ASK 3999 127.0.0.1:6381", "ERR unknown"})
    CHECK_FALSE(told(other));
}
