#include "config/address.hpp"

#include "catch.hpp"

using namespace roomd::config;

TEST_CASE("address: IPv4, bracketed IPv6 and localhost are read") {
  CHECK(parse_address("127.0.0.1:8080") == address{"127.0.0.1", 8080, true});
  CHECK(parse_address("0.0.0.0:80") == address{"0.0.0.0", 80, false});
  CHECK(parse_address("[::1]:8080") == address{"::1", 8080, true});
  CHECK(parse_address("[::]:65535") == address{"::", 65535, false});
  CHECK(parse_address("localhost:0") == address{"127.0.0.1", 0, true});
}

TEST_CASE("address: all of 127.0.0.0/8 is loopback, also mapped into IPv6, and its neighbours are not") {
  for (const auto* text : {"127.0.0.0:1", "127.255.255.255:1", "[::ffff:127.0.0.1]:1", "[0:0:0:0:0:0:0:1]:1"})
    CHECK(parse_address(text)->loopback);
  for (const auto* text :
       {"126.255.255.255:1", "128.0.0.0:1", "10.0.0.1:1", "[::ffff:10.0.0.1]:1", "[::2]:1", "[fe80::1]:1"})
    CHECK_FALSE(parse_address(text)->loopback);
}

TEST_CASE("address: IPv6 has one spelling") {
  CHECK(parse_address("[0:0:0:0:0:0:0:1]:1") == parse_address("[::1]:1"));
}

TEST_CASE("address: anything else is refused") {
  for (const auto* text : {"",
                           ":",
                           ":8080",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:65536",
                           "127.0.0.1:-1",
                           "127.0.0.1:+1",
                           "127.0.0.1: 1",
                           "127.0.0.1:1x",
                           "127.1:80",
                           "127.0.0.1.:80",
                           "127.0.0.01:80",
                           "256.0.0.1:80",
                           "::1:8080",
                           "[::1]",
                           "[]:1",
                           "[::1:1",
                           "[127.0.0.1]:1",
                           "[fe80::1%eth0]:1",
                           "example.org:80",
                           "*:80",
                           "LOCALHOST:1",
                           " 127.0.0.1:1"}) {
    INFO(text);
    CHECK_FALSE(parse_address(text));
  }
}

TEST_CASE("address: it is written as it was read") {
  for (const auto* text : {"127.0.0.1:8080", "[::1]:8080", "[::]:0"})
    CHECK(to_text(*parse_address(text)) == text);
}

TEST_CASE("address: an endpoint is a name or an address, and a port") {
  const auto read = [](std::string_view text) {
    const auto e = parse_endpoint(text);
    return e ? e->host + " " + std::to_string(e->port) : "none";
  };
  CHECK(read("redis.example.org:6379") == "redis.example.org 6379");
  CHECK(read("redis_1:1") == "redis_1 1");
  CHECK(read("127.0.0.1:65535") == "127.0.0.1 65535");
  CHECK(read("[::1]:6379") == "::1 6379");
  for (const auto* text : {"", ":", ":1", "redis", "redis:", "redis:0", "redis:65536", "re dis:1", "::1:1",
                           "[x]:1", "user@redis:1", "redis/0:1"}) {
    INFO(text);
    CHECK(read(text) == "none");
  }
  CHECK(read(std::string(254, 'a') + ":1") == "none");
}
