// A reload holds for what begins after it: who was told a limit keeps it.
#include "catch.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;
using namespace std::chrono_literals;

namespace {

void reload(node& n, const config::settings& s) {
  n.server->reload(std::make_shared<const config::settings>(s), nullptr);
}

}  // namespace

TEST_CASE("net reload: a session keeps the max_message that it was told") {
  node n;
  client old(n);
  old.upgrade();
  config::settings s;
  s.session.max_message = 32768;
  reload(n, s);
  const std::string message(40000, 'm');
  old.send(masked(op::text, message));
  CHECK(n.until([&] { return n.session().count("text:" + message) == 1; }));
  client fresh(n);
  fresh.upgrade();
  fresh.send(masked(op::text, message));
  CHECK(code_of(fresh.frame()) == 1009);
}

TEST_CASE("net reload: a session keeps its close time-out") {
  node n;
  client c(n);
  c.upgrade();
  config::settings s;
  s.session.close_timeout = 1s;
  reload(n, s);
  n.session().link->close(close_code::going_away);
  CHECK(code_of(c.frame()) == 1001);
  n.pass(4s);
  CHECK(n.session().count("closed") == 0);
  n.pass(1s);
  CHECK(n.until([&] { return n.session().count("closed") == 1; }));
}

TEST_CASE("net reload: a request that has begun keeps its limits, the next one has the new ones") {
  node n;
  client c(n);
  const auto request = get("/health", "X: " + std::string(8000, 'x') + "\r\n");
  c.send(request.substr(0, 6000));
  REQUIRE(n.until([&] { return n.stats.bytes_in == 6000; }));
  config::settings s;
  s.http.max_header_bytes = 4096;
  reload(n, s);
  c.send(request.substr(6000));
  CHECK(status_of(c.response()) == 200);
  c.send(request);
  CHECK(status_of(c.response()) == 431);
}

TEST_CASE("net reload: a new list of origins holds for the next upgrade, also on a connection that is open") {
  node n;
  client c(n);
  c.send(get("/health"));
  CHECK(status_of(c.response()) == 200);
  config::settings s;
  s.http.allowed_origins = {"https://chat.example.org"};
  reload(n, s);
  CHECK(status_of(c.upgrade("Origin: https://chat.example.org\r\n")) == 101);
}
