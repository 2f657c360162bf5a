#include "config/origin.hpp"

#include "catch.hpp"

using namespace roomd::config;

TEST_CASE("origin: what browsers send is well formed") {
  for (const auto* text : {"*", "https://chat.example.org", "http://localhost:3000", "http://127.0.0.1:8080",
                           "http://[::1]:8080", "https://[2001:db8::1]", "https://a-b.example:8443",
                           "http://x:443", "capacitor://localhost", "null", "file://"}) {
    INFO(text);
    CHECK(origin_fault(text) == std::nullopt);
  }
}

TEST_CASE("origin: what no browser sends is refused with the reason") {
  CHECK(origin_fault("https://chat.example.org/") == "browsers send it without a path or a final slash");
  CHECK(origin_fault("https://chat.example.org?x") == "browsers send it without a path or a final slash");
  CHECK(origin_fault("https://Chat.example.org") == "browsers send it in lower case");
  CHECK(origin_fault("https://chat.example.org:443") == "browsers leave out the scheme's own port");
  CHECK(origin_fault("http://chat.example.org:80") == "browsers leave out the scheme's own port");
}

TEST_CASE("origin: what has not its form is refused") {
  for (const auto* text :
       {"", "chat.example.org", "https:", "https://", "://x", "https://*.example.org", "https://a b",
        "https://a:", "https://a:0", "https://a:080", "https://a:65536", "https://u@a", "https://a:1:2",
        "https://[::1", "https://[]", "https://[::1]x:1", "nul", "file:"}) {
    INFO(text);
    CHECK(origin_fault(text) == "wants \"*\" or scheme://host or scheme://host:port");
  }
}

TEST_CASE("origin: those that many strange pages share are known") {
  CHECK(is_shared_origin("null"));
  CHECK(is_shared_origin("file://"));
  CHECK_FALSE(is_shared_origin("*"));
  CHECK_FALSE(is_shared_origin("https://chat.example.org"));
}
