// How WebSockets end: by us, by the peer, by a fault of the protocol, by a dead socket.
#include "protocol/ws_frame.hpp"

#include "catch.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;
using namespace std::chrono_literals;
using protocol::text_frame;

namespace {

bool closed(node& n) {
  return n.until([&] { return n.session().count("closed") > 0; });
}

// The peer's bytes, and the code with which the server must end it.
void expect_failure(const std::string& bytes, unsigned code) {
  node n;
  client c(n);
  c.upgrade();
  c.send(bytes);
  CHECK(code_of(c.frame()) == code);
  c.half_close();
  CHECK(closed(n));
  CHECK(n.session().count("closed") == 1);
  CHECK(n.stats.closes == std::map<int, std::uint64_t>{{static_cast<int>(code), 1}});
  CHECK(n.stats.sockets == 0);
  CHECK(n.stats.connections == 0);
}

}  // namespace

TEST_CASE("net close: ours goes out after everything that is buffered, with code and reason") {
  node n;
  client c(n);
  c.upgrade();
  n.session().link->output().push(text_frame("last words"));
  n.session().link->close(close_code::going_away);
  CHECK(c.frame().payload == "last words");
  const auto f = c.frame();
  CHECK(code_of(f) == 1001);
  CHECK(f.payload.substr(2) == describe(close_code::going_away).reason);
  CHECK(n.session().count("closed") == 0);
  c.send(masked(op::close, close_payload(1001)));
  CHECK(c.ended());
  CHECK(closed(n));
  CHECK(n.stats.closes[1001] == 1);
}

TEST_CASE("net close: a peer that does not answer is cut off after session.close_timeout") {
  node n;
  client c(n);
  c.upgrade();
  n.session().link->close(close_code::ping_timeout);
  CHECK(code_of(c.frame()) == 4005);
  n.pass(4s);
  CHECK(n.session().count("closed") == 0);
  n.pass(1s);
  CHECK(closed(n));
  CHECK(n.stats.closes[4005] == 1);
  CHECK(n.stats.sockets == 0);
}

TEST_CASE("net close: messages that come after our close frame are not delivered") {
  node n;
  client c(n);
  c.upgrade();
  n.session().link->close(close_code::disconnected);
  c.send(masked(op::text, "too late") + masked(op::ping, "x") + masked(op::close, close_payload(4003)));
  CHECK(closed(n));
  CHECK(n.session().heard == std::vector<std::string>{"closed"});
}

TEST_CASE("net close: the peer's code is answered and counted as the peer's") {
  node n;
  client c(n);
  c.upgrade();
  c.send(masked(op::close, close_payload(1000)));
  CHECK(code_of(c.frame()) == 1000);
  CHECK(c.ended());
  CHECK(closed(n));
  CHECK(n.stats.peer_closes == std::map<int, std::uint64_t>{{1000, 1}});
  CHECK(n.stats.closes.empty());
}

TEST_CASE("net close: codes of the peer's own range count together, no code as 1005") {
  node n;
  for (const unsigned code : {3000u, 3999u, 4006u}) {
    client c(n);
    c.upgrade();
    c.send(masked(op::close, close_payload(code)));
    CHECK(code_of(c.frame()) == code);
    c.half_close();
    CHECK(closed(n));
  }
  client c(n);
  c.upgrade();
  c.send(masked(op::close, ""));
  CHECK(c.frame().opcode == op::close);
  c.half_close();
  CHECK(closed(n));
  CHECK(n.stats.peer_closes == std::map<int, std::uint64_t>{{1005, 1}, {3000, 3}});
  CHECK(n.stats.closes.empty());
}

TEST_CASE("net close: a socket that ends without a close frame is 1006") {
  node n;
  {
    client c(n);
    c.upgrade();
  }
  CHECK(closed(n));
  CHECK(n.stats.closes == std::map<int, std::uint64_t>{{1006, 1}});
}

TEST_CASE("net close: abort ends the socket at once and tells the session later, once") {
  node n;
  client c(n);
  c.upgrade();
  const auto link = n.session().link;
  link->abort();
  link->abort();
  CHECK(n.session().heard.empty());
  CHECK(n.stats.sockets == 0);
  CHECK(closed(n));
  CHECK(c.ended());
  link->output().push(text_frame("nobody hears"));
  link->close(close_code::internal_error);
  link->pause_reading(true);
  link->pause_reading(false);
  for (int i = 0; i < 5; ++i) n.turn();
  CHECK(n.session().heard == std::vector<std::string>{"closed"});
  CHECK(link->output().buffered() == 0);
  CHECK(n.stats.closes == std::map<int, std::uint64_t>{{1006, 1}});
}

TEST_CASE("net close: a session may close or abort from inside what it hears") {
  node n;
  for (const bool at_once : {false, true}) {
    client c(n);
    c.upgrade();
    n.session().when_text = [&](std::string_view) {
      if (at_once) {
        n.session().link->abort();
      } else {
        n.session().link->close(close_code::protocol_error);
      }
    };
    c.send(masked(op::text, "x") + masked(op::text, "y") + masked(op::close, close_payload(1000)));
    c.half_close();
    CHECK(closed(n));
    CHECK(n.session().heard == std::vector<std::string>{"text:x", "closed"});
  }
}

TEST_CASE("net close: both sides at once are one close") {
  node n;
  client c(n);
  c.upgrade();
  c.send_some(masked(op::close, close_payload(1000)));
  n.session().link->close(close_code::going_away);
  c.half_close();
  CHECK(closed(n));
  CHECK(n.session().count("closed") == 1);
  CHECK(n.stats.connections == 0);
}

TEST_CASE("net close: discarding drops whole frames only, so that the close frame is readable") {
  node n;
  client c(n, 4096);
  c.upgrade();
  const std::string big(100000, 'b');
  for (int i = 0; i < 100; ++i) n.session().link->output().push(text_frame(std::to_string(i % 10) + big));
  REQUIRE(n.until([&] { return n.session().count("blocked") == 1; }));
  const auto before = n.session().link->output().buffered();
  n.session().link->close_discarding(close_code::slow_consumer);
  CHECK(n.session().link->output().buffered() < before);
  CHECK(n.session().link->output().buffered() <= big.size() + 100);
  int texts = 0;
  auto f = c.frame();
  for (; f.opcode == op::text; f = c.frame()) {
    REQUIRE(f.payload == std::to_string(texts % 10) + big);
    ++texts;
  }
  CHECK(texts < 100);
  CHECK(code_of(f) == 4006);
}

TEST_CASE("net close: a frame that declares 2^40 bytes ends it, compressed (1002) or not (1009)") {
  const std::string length("\xFF\x00\x00\x01\x00\x00\x00\x00\x00\x11\x22\x33\x44", 13);
  expect_failure("\xC1" + length, 1002);
  expect_failure("\x81" + length, 1009);
}

TEST_CASE("net close: a message over session.max_message is 1009, in one frame or many") {
  expect_failure(masked(op::text, std::string(65537, 'x')), 1009);
  expect_failure(masked(op::text, std::string(65536, 'x'), false) + masked(0, "x"), 1009);
}

TEST_CASE("net close: text that is not UTF-8 is 1007, wherever it breaks") {
  expect_failure(masked(op::text, "\xFF"), 1007);
  expect_failure(masked(op::text, "\xE2\x82"), 1007);
  expect_failure(masked(op::text, "\xE2\x82", false) + masked(0, "x"), 1007);
  expect_failure(masked(op::text, "\xE2\x82", false) + masked(0, ""), 1007);
  expect_failure(masked(op::text, "\xED\xA0\x80"), 1007);
}

TEST_CASE("net close: what breaks the protocol is 1002") {
  expect_failure(raw_frame(0x91, "x"), 1002);                                  // RSV3
  expect_failure(masked(3, "x"), 1002);                                        // an unknown opcode
  expect_failure(masked(0, "x"), 1002);                                        // a continuation of nothing
  expect_failure(masked(op::text, "x", false) + masked(op::text, "y"), 1002);  // a message within a message
  expect_failure(masked(op::ping, "x", false), 1002);                          // a control frame in parts
  expect_failure(masked(op::ping, std::string(126, 'x')), 1002);               // a long control frame
  expect_failure(masked(op::close, close_payload(999)), 1002);                 // a code that cannot be
  expect_failure(masked(op::close, "x"), 1002);                                // half a code
  expect_failure(std::string("\x81\x01x", 3), 1002);                           // not masked
}

TEST_CASE("net close: a stop ends every connection") {
  node n;
  client web(n);
  web.send(get("/health"));
  web.response();
  client one(n);
  one.upgrade();
  client two(n);
  two.upgrade();
  two.send_some(masked(op::text, "half", false));
  n.server->stop();
  CHECK(closed(n));
  CHECK(n.sessions.front()->count("closed") == 1);
  CHECK(n.stats.sockets == 0);
  CHECK(n.stats.connections == 0);
  CHECK(n.server->context().connections().size() == 0);
}
