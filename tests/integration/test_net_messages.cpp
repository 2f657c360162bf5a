// WebSocket messages in and frames out.
#include <algorithm>

#include "protocol/ws_frame.hpp"

#include "catch.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;
using protocol::text_frame;

namespace {

using heard = std::vector<std::string>;

}  // namespace

TEST_CASE("net messages: text of every length arrives whole") {
  node n;
  client c(n);
  c.upgrade();
  heard expected;
  for (const std::size_t size :
       {0u, 1u, 125u, 126u, 255u, 256u, 257u, 1535u, 1536u, 4095u, 4096u, 4097u, 40000u, 65535u, 65536u}) {
    std::string message(size, 'm');
    c.send(masked(op::text, message));
    expected.push_back("text:" + message);
  }
  CHECK(n.until([&] { return n.session().heard.size() == expected.size(); }));
  CHECK(n.session().heard == expected);
}

TEST_CASE("net messages: fragments of one byte, and empty ones between, are joined") {
  node n;
  client c(n);
  c.upgrade();
  const std::string message = "grüße in vielen teilen " + std::string(400, '.');
  std::string bytes;
  for (std::size_t i = 0; i < message.size(); ++i) {
    bytes += masked(i == 0 ? op::text : 0, message.substr(i, 1), false) + masked(0, "", false);
  }
  c.send(bytes + masked(0, ""));
  CHECK(n.until([&] { return !n.session().heard.empty(); }));
  CHECK(n.session().heard == heard{"text:" + message});
}

TEST_CASE("net messages: a binary message is told as such") {
  node n;
  client c(n);
  c.upgrade();
  c.send(masked(op::binary, "\x01\x02"));
  CHECK(n.until([&] { return n.session().count("binary") == 1; }));
}

TEST_CASE("net messages: a ping is answered and is a sign of life, a pong is one too") {
  node n;
  client c(n);
  c.upgrade();
  c.send(masked(op::ping, "are you there"));
  const auto f = c.frame();
  CHECK(f.opcode == op::pong);
  CHECK(f.payload == "are you there");
  c.send(masked(op::pong, ""));
  CHECK(n.until([&] { return n.session().count("alive") == 2; }));
}

TEST_CASE("net messages: what a turn sends leaves in order, with one system call") {
  node n;
  client c(n);
  c.upgrade();
  for (int i = 0; i < 200; ++i) n.session().link->output().push(text_frame(std::to_string(i)));
  CHECK(n.session().link->output().buffered() > 0);
  CHECK(n.stats.outbox_bytes == n.session().link->output().buffered());
  n.turn();
  CHECK(n.session().link->output().buffered() == 0);
  CHECK(n.stats.outbox_bytes == 0);
  for (int i = 0; i < 200; ++i) CHECK(c.frame().payload == std::to_string(i));
}

TEST_CASE("net messages: frames put in never cut into a pong, however the bytes trickle out") {
  node n;
  client c(n, 4096);
  c.upgrade();
  const std::string big(30000, 'b');
  int sent = 0;
  std::size_t pongs = 0;
  int texts = 0;
  const auto take = [&] {
    const auto f = c.frame();
    if (f.opcode == op::pong) {
      CHECK(f.payload == "p");
      ++pongs;
    } else {
      REQUIRE(f.opcode == op::text);
      REQUIRE(f.payload == std::to_string(texts) + big);
      ++texts;
    }
  };
  for (int round = 0; round < 40; ++round) {
    c.send_some(masked(op::ping, "p"));
    for (int i = 0; i < 10; ++i) n.session().link->output().push(text_frame(std::to_string(sent++) + big));
    n.turn();
    take();
  }
  while (texts < sent || pongs < 40) take();
  CHECK(n.session().count("blocked") > 0);
  CHECK(n.session().count("progress") > 0);
  CHECK(n.until([&] { return n.session().link->output().buffered() == 0; }));
}

TEST_CASE("net messages: a peer that pings and does not read is not read from any more") {
  config::settings s;
  s.session.outbox_bytes = 16384;
  node n(s);
  client c(n, 4096);
  c.upgrade();
  const auto one = masked(op::ping, std::string(125, 'p'));
  std::string flood;
  for (int i = 0; i < 1000; ++i) flood += one;
  std::size_t taken = 0;
  std::size_t most = 0;
  int still = 0;
  std::size_t at = 0;
  while (still < 200 && taken < (64u << 20)) {
    const auto went = c.send_some(std::string_view(flood).substr(at));
    at = (at + went) % flood.size();
    taken += went;
    still = went == 0 ? still + 1 : 0;
    n.turn();
    most = std::max(most, n.session().link->output().buffered());
  }
  CHECK(still == 200);
  CHECK(most <= 16384 + 127);
  SECTION("and when it reads again, it gets all its pongs") {
    const auto alive = n.session().heard.size();
    while (c.frame().opcode == op::pong && n.session().heard.size() < alive + 100) c.in.shrink_to_fit();
    CHECK(n.session().heard.size() >= alive + 100);
  }
  SECTION("and it can still be closed") {
    n.session().link->close_discarding(close_code::slow_consumer);
    n.pass(std::chrono::seconds(5));
    CHECK(n.session().count("closed") == 0);  // a slow reader has the write time-out to see why
    n.pass(std::chrono::seconds(25));
    CHECK(n.until([&] { return n.session().count("closed") == 1; }));
    CHECK(n.stats.closes[4006] == 1);
  }
}

TEST_CASE("net messages: a paused session is not read from, and loses nothing") {
  node n;
  client c(n);
  c.upgrade();
  n.session().when_text = [&](std::string_view) { n.session().link->pause_reading(true); };
  c.send(masked(op::text, "one") + masked(op::text, "two") + masked(op::text, "three"));
  REQUIRE(n.until([&] { return n.session().heard.size() == 1; }));
  for (int i = 0; i < 5; ++i) n.turn();
  CHECK(n.session().heard == heard{"text:one"});
  n.session().link->pause_reading(false);
  CHECK(n.session().heard.size() == 1);  // never from inside the call
  REQUIRE(n.until([&] { return n.session().heard.size() == 2; }));
  n.session().link->pause_reading(false);
  REQUIRE(n.until([&] { return n.session().heard.size() == 3; }));
  CHECK(n.session().heard == heard{"text:one", "text:two", "text:three"});
}

TEST_CASE("net messages: a message that was on its way when the pause began waits for its end") {
  node n;
  client c(n);
  c.upgrade();
  n.session().link->pause_reading(true);
  c.send(masked(op::text, "late"));
  for (int i = 0; i < 5; ++i) n.turn();
  CHECK(n.session().heard.empty());
  n.session().link->pause_reading(false);
  CHECK(n.until([&] { return n.session().heard == heard{"text:late"}; }));
}

TEST_CASE("net messages: an exception in a session costs its connection only") {
  node n;
  client c(n);
  c.upgrade();
  n.session().when_text = [](std::string_view) { throw std::runtime_error("a fault"); };
  c.send(masked(op::text, "boom"));
  CHECK(code_of(c.frame()) == 1011);
  client other(n);
  CHECK(status_of(other.upgrade()) == 101);
}
