#include "config/validate.hpp"

#include "catch.hpp"

using namespace roomd::config;

namespace {

std::vector<std::string> complaints(const settings& s, bool insecure_allowed = false) {
  std::vector<std::string> lines;
  for (const auto& p : validate(s, insecure_allowed)) lines.push_back(to_text(p));
  return lines;
}

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("validate: insecure on an address that others can reach says what, where and what to do") {
  settings s;
  s.server.listen = {"127.0.0.1:1", "0.0.0.0:8080"};
  CHECK(
      complaints(s) ==
      lines{
          "server.listen: listens on 0.0.0.0:8080, which others can reach, while auth.mode = \"insecure\" "
          "believes "
          "whatever name a client gives: listen on a loopback address such as 127.0.0.1:8080, or start with "
          "--insecure if only trusted clients can get there"});
  CHECK(complaints(s, true).empty());
}

TEST_CASE("validate: TLS does not make insecure secure") {
  settings s;
  s.tls = {.listen = {"[::]:8443"}, .certificate = "c.pem", .key = "k.pem"};
  const auto problems = validate(s, false);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].key == "tls.listen");
  CHECK(validate(s, true).empty());
}

TEST_CASE("validate: insecure looks at the sockets that systemd hands over too") {
  const address open{"0.0.0.0", 80, false};
  const address loopback{"127.0.0.1", 80, true};
  const auto problems = validate({}, false, true, {loopback, open});
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].key == "auth.mode");
  CHECK(problems[0].what.starts_with("systemd's socket listens on 0.0.0.0:80, which others can reach"));
  CHECK(validate({}, true, true, {open}).empty());
}

TEST_CASE("validate: there must be a listener, unless systemd hands one over") {
  settings s;
  s.server.listen.clear();
  CHECK(complaints(s) ==
        lines{"server.listen: is empty, and so is tls.listen: wants at least one address such as "
              "\"127.0.0.1:8080\""});
  CHECK(validate(s, false, true).empty());
}

TEST_CASE("validate: an address that cannot be read is refused") {
  settings s;
  s.server.listen = {"example.org:80"};
  CHECK(complaints(s) ==
        lines{"server.listen: \"example.org:80\" is no address: wants ADDRESS:PORT or [ADDRESS]:PORT with a "
              "literal IP address, or localhost:PORT"});
}

TEST_CASE("validate: an address is listened on once, over both lists, and free ports do not clash") {
  settings s;
  s.server.listen = {"localhost:1", "127.0.0.1:0", "127.0.0.1:0"};
  s.tls = {.listen = {"127.0.0.1:1"}, .certificate = "c.pem", .key = "k.pem"};
  CHECK(complaints(s) == lines{"tls.listen: \"127.0.0.1:1\" is listened on twice"});
}

TEST_CASE("validate: TLS needs a certificate and its key") {
  settings s;
  s.tls.listen = {"127.0.0.1:8443"};
  CHECK(complaints(s) ==
        lines{"tls.certificate: is empty: tls.listen needs it", "tls.key: is empty: tls.listen needs it"});
  s.tls.certificate = "c.pem";
  CHECK(complaints(s) == lines{"tls.key: is empty: tls.listen needs it"});
}

TEST_CASE("validate: a certificate without its key is refused even where nothing listens") {
  settings s;
  s.tls.certificate = "c.pem";
  CHECK(complaints(s) == lines{"tls.key: is empty: certificate and key go together"});
  s.tls = {.listen = {}, .certificate = "", .key = "k.pem"};
  CHECK(complaints(s) == lines{"tls.certificate: is empty: certificate and key go together"});
}

TEST_CASE("validate: the outbox holds at least two of the longest messages") {
  settings s;
  s.session.outbox_bytes = 2 * (65536 + 1024);
  CHECK(complaints(s).empty());
  s.session.outbox_bytes -= 1;
  CHECK(complaints(s) ==
        lines{"session.outbox_bytes: wants at least twice session.max_message with 1KiB more, which is "
              "130KiB, not 133119"});
}

TEST_CASE("validate: a ping is answered before the next one") {
  settings s;
  s.session.ping_timeout = s.session.ping_interval;
  CHECK(complaints(s) ==
        lines{"session.ping_timeout: wants less than session.ping_interval, which is 25s, not 25s"});
}

TEST_CASE("validate: draining is not cut off before its window ends") {
  settings s;
  s.drain.window = s.drain.timeout;
  CHECK(complaints(s).empty());
  s.drain.window += 1ms;
  CHECK(complaints(s) == lines{"drain.timeout: wants at least drain.window, which is 30001ms, not 30s"});
  s.drain.window = 10s;
  s.drain.delay = 20s;
  CHECK(complaints(s).empty());
  s.drain.delay = 21s;
  CHECK(complaints(s) ==
        lines{"drain.timeout: wants at least drain.delay and drain.window together, which is 31s, not 30s"});
}

TEST_CASE("validate: localhost is both loopbacks, so neither stands beside it") {
  settings s;
  for (const auto* other : {"127.0.0.1:8080", "[::1]:8080"}) {
    s.server.listen = {other, "localhost:8080"};
    CHECK(complaints(s) == lines{"server.listen: \"localhost:8080\" is listened on twice"});
  }
  s.server.listen = {"localhost:8080", "localhost:8081", "[::1]:8082"};
  CHECK(complaints(s).empty());
}

TEST_CASE("validate: origins are as browsers send them") {
  settings s;
  s.http.allowed_origins = {"https://a.example", "https://b.example/"};
  CHECK(
      complaints(s) ==
      lines{
          "http.allowed_origins: \"https://b.example/\": browsers send it without a path or a final slash"});
}

TEST_CASE("validate: Redis' address, prefix and certificates are looked at where it is the engine") {
  settings s;
  s.redis.address = "redis";
  s.redis.prefix = "a{b";
  s.redis.tls_ca = "ca.pem";
  CHECK(complaints(s).empty());
  s.engine.type = "redis";
  CHECK(complaints(s) ==
        lines{"redis.address: \"redis\" is no address: wants HOST:PORT or [IPV6]:PORT, such as "
              "\"127.0.0.1:6379\"",
              "redis.prefix: \"a{b\" wants 1 to 64 letters, digits and signs without spaces and braces",
              "redis.tls_ca: is set, but redis.tls is false: the connection would be in the clear"});
}

TEST_CASE("validate: sentinels are named, each once, and so is their master") {
  settings s;
  s.engine.type = "redis";
  s.redis.mode = "sentinel";
  s.redis.address = "unused";
  s.redis.addresses = {"one:26379", "[::1]:26379", "127.0.0.1:26379"};
  CHECK(complaints(s).empty());
  s.redis.addresses = {"one:26379", "two", "one:26379"};
  s.redis.master = "my master";
  CHECK(complaints(s) ==
        lines{"redis.addresses: \"two\" is no address: wants HOST:PORT or [IPV6]:PORT, such as "
              "\"127.0.0.1:6379\"",
              "redis.addresses: names a sentinel twice: each one has one voice",
              "redis.master: \"my master\" wants letters, digits and the signs . - _"});
  s.redis.addresses.clear();
  s.redis.master = "maths-1";
  CHECK(complaints(s) ==
        lines{"redis.addresses: is empty: redis.mode = \"sentinel\" wants the sentinels, such as "
              "\"127.0.0.1:26379\""});
}

TEST_CASE("validate: a wait for replicas is over before the connection is given up") {
  settings s;
  s.engine.type = "redis";
  s.redis.command_timeout = 1s;
  CHECK(complaints(s).empty());
  s.redis.wait_replicas = 1;
  CHECK(complaints(s) ==
        lines{"redis.wait_timeout: wants at most half of redis.command_timeout, which is 1s, not 1s"});
}

TEST_CASE("validate: what only Redis can do wants Redis") {
  settings s;
  s.redis.ingest = true;
  s.redis.wait_replicas = 1;
  CHECK(complaints(s) ==
        lines{"redis.ingest: is true: wants engine.type = \"redis\"",
              "redis.wait_replicas: is set: wants engine.type = \"redis\", where there are replicas"});
}

TEST_CASE("validate: several Redis servers want addresses, each server once") {
  settings s;
  s.engine.type = "redis";
  s.redis.mode = "servers";
  CHECK(complaints(s) ==
        lines{"redis.addresses: is empty: redis.mode = \"servers\" wants at least one address "
              "such as \"127.0.0.1:6379\""});
  s.redis.addresses = {"a:1", "[::1]:1", "a:1", "b"};
  CHECK(complaints(s) == lines{"redis.addresses: \"a:1\" stands there twice: wants each server once",
                               "redis.addresses: \"b\" is no address: wants HOST:PORT or [IPV6]:PORT, such "
                               "as \"127.0.0.1:6379\""});
}

TEST_CASE("validate: a Redis Cluster has no other database than the first") {
  settings s;
  s.engine.type = "redis";
  s.redis.mode = "cluster";
  s.redis.addresses = {"a:1", "a:1"};
  CHECK(complaints(s).empty());
  s.redis.database = 2;
  CHECK(complaints(s) == lines{"redis.database: wants 0, not 2: a Redis Cluster has only that database"});
}

TEST_CASE("validate: addresses of several Redis servers are not overlooked where one is asked for") {
  settings s;
  s.engine.type = "redis";
  s.redis.addresses = {"a:1"};
  CHECK(complaints(s) ==
        lines{"redis.addresses: is set, but redis.mode = \"server\" goes by redis.address alone"});
}

TEST_CASE("validate: bounds hold for settings that no one loaded") {
  settings s;
  s.log.level = "loud";
  s.auth.mode = "token";
  s.engine.type = "paper";
  const auto problems = validate(s, false);
  REQUIRE(problems.size() == 3);
  CHECK(problems[0].key == "auth.mode");
  CHECK(problems[0].what.starts_with("wants \"insecure\", not \"token\"; "));
  CHECK(problems[1].key == "engine.type");
  CHECK(problems[2].key == "log.level");
}

TEST_CASE("validate: everything that is wrong is reported at once") {
  settings s;
  s.server.listen = {"0.0.0.0:80", "nowhere"};
  s.tls.listen = {"[::]:443"};
  s.session.outbox_bytes = 65536;
  s.session.ping_timeout = 1h;
  s.drain.timeout = 0ms;
  s.http.allowed_origins = {"x"};
  CHECK(validate(s, false).size() == 9);
}
