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
