// Whom `roomd --health` asks; what it says to the answers stands in tests/e2e/daemon_health.test.js.
#include "catch.hpp"
#include "health_check.hpp"

using namespace roomd;

TEST_CASE("health check: a URL names scheme, address, port and path") {
  CHECK(parse_health_url("http://127.0.0.1:8080/ready") == health_target{"127.0.0.1", 8080, false, "/ready"});
  CHECK(parse_health_url("https://[::1]:8443") == health_target{"::1", 8443, true, "/health"});
  CHECK(parse_health_url("http://localhost/") == health_target{"127.0.0.1", 80, false, "/"});
  CHECK(parse_health_url("https://[::1]/x") == health_target{"::1", 443, true, "/x"});
  CHECK(parse_health_url("http://[::1]:8080/a?b")->url() == "http://[::1]:8080/a?b");
}

TEST_CASE("health check: names, other schemes and odd paths are refused") {
  for (const auto* bad : {"", "http://", "ftp://127.0.0.1/", "http://example.org/", "http://127.0.0.1:0/",
                          "http://127.0.0.1:99999/", "http://127.0.0.1:80/a b",
                          "http://127.0.0.1:80/\r\nX: y", "http://user@127.0.0.1/"})
    CHECK_FALSE(parse_health_url(bad));
}

TEST_CASE("health check: without a URL it is the first listener, as this machine reaches it") {
  config::settings s;
  s.server.listen = {"127.0.0.1:0", "0.0.0.0:9000"};
  CHECK(own_listener(s) == health_target{"127.0.0.1", 9000, false, "/health"});
  s.server.listen = {"[::]:9001"};
  CHECK(own_listener(s) == health_target{"::1", 9001, false, "/health"});
  s.server.listen = {};
  s.tls.listen = {"192.0.2.1:443"};
  CHECK(own_listener(s) == health_target{"192.0.2.1", 443, true, "/health"});
  s.tls.listen = {"127.0.0.1:0"};
  CHECK_FALSE(own_listener(s));
}
