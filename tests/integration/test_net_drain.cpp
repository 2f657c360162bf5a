// A node that is about to go: first its answers say so, then it lets nobody in.
#include "catch.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view upgrade_headers =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

}  // namespace

TEST_CASE("net drain: an upgrade whose head comes whole only during it is refused with 503") {
  node n;
  client c(n);
  const auto request = get("/v1/ws", upgrade_headers);
  c.send(request.substr(0, 30));
  REQUIRE(n.until([&] { return n.stats.bytes_in == 30; }));
  n.server->drain();
  c.send(request.substr(30));
  const auto got = c.response();
  CHECK(status_of(got) == 503);
  CHECK(has(got, "Connection: close\r\n"));
  CHECK(has(got, R"("reason":"unavailable")"));
  CHECK(c.ended());
  CHECK(n.sessions.empty());
}

TEST_CASE("net drain: an upgrade that lies unread when it begins is refused with 503, not reset") {
  node n;
  client kept(n);
  kept.send(get("/health"));
  CHECK(status_of(kept.response()) == 200);
  kept.send_unread(get("/v1/ws", upgrade_headers));
  n.server->drain();
  CHECK(status_of(kept.response()) == 503);
  CHECK(kept.ended());
  CHECK_FALSE(kept.was_reset());
}

TEST_CASE("net drain: who has connected but is not accepted yet is answered") {
  node n;
  client c(n);
  c.send_unread(get("/health"));
  n.server->drain();
  const auto got = c.response();
  CHECK(status_of(got) == 200);
  CHECK(has(got, "Connection: close\r\n"));
  CHECK_THROWS(client(n));
}

TEST_CASE("net drain: before it, while the node leaves, all is served and no connection is kept") {
  node n;
  client kept(n);
  kept.send(get("/health"));
  CHECK(has(kept.response(), "Connection: keep-alive\r\n"));
  n.server->leave();
  kept.send(get("/health"));
  const auto got = kept.response();
  CHECK(status_of(got) == 200);
  CHECK(has(got, "Connection: close\r\n"));
  CHECK(kept.ended());
  client late(n);
  CHECK(status_of(late.upgrade()) == 101);
  CHECK(n.sessions.size() == 1);
}
