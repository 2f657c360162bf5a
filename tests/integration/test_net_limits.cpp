// Many HTTP connections: over limits.http_connections, from one address and from many, and with few descriptors.
#include <memory>
#include <string>
#include <vector>

#include "net/peer_table.hpp"

#include "catch.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;
using namespace std::chrono_literals;

namespace {

using crowd = std::vector<std::unique_ptr<client>>;

config::settings with_limit(std::uint32_t http_connections) {
  config::settings s;
  s.limits.http_connections = http_connections;
  return s;
}

// So many that say nothing.
crowd silent(node& n, std::size_t count, std::uint32_t from = 1) {
  crowd all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(std::make_unique<client>(n, 0, from));
  n.until([&] { return n.state.http >= count; });
  return all;
}

crowd idle(node& n, std::size_t count) {
  auto all = silent(n, count);
  for (auto& c : all) {
    c->send(get("/health"));
    CHECK(status_of(c->response()) == 200);
  }
  return all;
}

int ask(client& c, std::string_view target) {
  c.send(get(target));
  return status_of(c.response());
}

}  // namespace

TEST_CASE(
    "net limits: one more than limits.http_connections is told so, but /health and /ready are answered") {
  node n(with_limit(8));
  const auto all = silent(n, 8);
  client refused(n);
  CHECK(ask(refused, "/v1/rooms/a/users") == 503);
  CHECK(refused.ended());
  CHECK_FALSE(refused.was_reset());
  client health(n);
  CHECK(ask(health, "/health") == 200);
  CHECK(health.ended());
  client ready(n);
  CHECK(ask(ready, "/ready") == 200);
}

TEST_CASE("net limits: a session begins where HTTP's places are taken, and frees its place") {
  node n(with_limit(4));
  const auto all = silent(n, 4);
  client one(n);
  CHECK(status_of(one.upgrade()) == 101);
  client two(n);
  CHECK(status_of(two.upgrade()) == 101);
  CHECK(n.state.http == 4);
  CHECK(n.state.sessions == 2);
}

TEST_CASE("net limits: an idle connection makes way for the next one") {
  node n(with_limit(8));
  const auto all = idle(n, 8);
  client late(n);
  CHECK(ask(late, "/v1/rooms/a/users") == 200);
  CHECK(n.state.http == 8);
}

TEST_CASE("net limits: the address that has most connections makes way for another one") {
  node n(with_limit(8));
  const auto greedy = silent(n, 8);
  client other(n, 0, 2);
  CHECK(ask(other, "/v1/rooms/a/users") == 200);
  client third(n, 0, 3);
  CHECK(ask(third, "/v1/rooms/a/users") == 200);
  CHECK(n.state.http == 8);
  CHECK(ask(other, "/health") == 200);
}

TEST_CASE("net limits: a request that is being served is not cut off for another connection") {
  node n(with_limit(1));
  n.api.answers = false;
  client busy(n);
  busy.send(get("/v1/rooms/a/users"));
  REQUIRE(n.until([&] { return n.api.waiting.size() == 1; }));
  client other(n, 0, 2);
  CHECK(ask(other, "/health") == 200);
  n.api.waiting.front()();
  CHECK(status_of(busy.response()) == 200);
}

TEST_CASE("net limits: a flood of connections never holds more than the limit and its reserve") {
  node n(with_limit(16));
  std::uint64_t most = 0;
  crowd all;
  for (int i = 0; i < 400; ++i) {
    all.push_back(std::make_unique<client>(n));
    n.turn();
    most = std::max(most, n.stats.sockets);
  }
  REQUIRE(n.until([&] { return n.state.http == 80; }));
  CHECK(most <= 80);
  client health(n);
  CHECK(ask(health, "/health") == 200);
  client session(n);
  CHECK(status_of(session.upgrade()) == 101);
  all.clear();
  CHECK(n.until([&] { return n.stats.sockets == 2 || n.state.http == 0; }));
}

TEST_CASE("net limits: with few descriptors HTTP has half of them and sessions leave it an eighth") {
  net::node_state state;
  state.descriptors = 240;
  config::limit_settings l;
  CHECK(state.most_http(l) == 120);
  CHECK(state.most_sessions(l) == 210);
  l.http_connections = 50;
  l.connections = 60;
  CHECK(state.most_http(l) == 50);
  CHECK(state.most_sessions(l) == 60);
}

TEST_CASE("net limits: sessions and HTTP together never have more than the descriptors") {
  node n;
  n.state.descriptors = 32;
  crowd sessions;
  for (int i = 0; i < 28; ++i) {
    sessions.push_back(std::make_unique<client>(n));
    REQUIRE(status_of(sessions.back()->upgrade()) == 101);
  }
  client over(n);
  CHECK(status_of(over.upgrade()) == 101);
  CHECK(code_of(over.frame()) == 4008);
  const auto rest = silent(n, 3);
  for (int i = 0; i < 20; ++i) n.turn();
  CHECK(n.stats.sockets <= 32);
  client health(n);
  CHECK(ask(health, "/health") == 200);
}

TEST_CASE("net limits: the connections of a session's peer do not count as HTTP") {
  node n(with_limit(2));
  crowd all;
  for (int i = 0; i < 20; ++i) {
    all.push_back(std::make_unique<client>(n));
    REQUIRE(status_of(all.back()->upgrade()) == 101);
  }
  CHECK(n.state.http == 0);
}
