// What lies in the sockets when a time-out is over: the loop has not turned while the clock went on.
#include "protocol/ws_frame.hpp"

#include "catch.hpp"
#include "net_certificate.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;
using namespace std::chrono_literals;

TEST_CASE("net standstill: a request that lies unread when the header time-out is over is served") {
  node n;
  client c(n);
  REQUIRE(n.until([&] { return n.stats.sockets == 1; }));
  c.send_unread(get("/health"));
  n.stand_still(10s);
  CHECK(status_of(c.response()) == 200);
}

TEST_CASE("net standstill: a request that lies unread when the idle time-out is over is served") {
  node n;
  client c(n);
  c.send(get("/health"));
  CHECK(status_of(c.response()) == 200);
  c.send_unread(get("/ready"));
  n.stand_still(75s);
  CHECK(status_of(c.response()) == 200);
}

TEST_CASE(
    "net standstill: the rest of a request that lies unread is served, and half of one is not waited for "
    "long") {
  node n;
  client c(n);
  const auto request = get("/health");
  c.send(request.substr(0, 10));
  REQUIRE(n.until([&] { return n.stats.bytes_in == 10; }));
  c.send_unread(request.substr(10, 10));
  n.stand_still(10s);
  REQUIRE(n.until([&] { return n.stats.bytes_in == 20; }));
  n.pass(9s);
  CHECK(n.stats.sockets == 1);
  c.send_unread(request.substr(20, 1));
  n.stand_still(1s);
  CHECK(status_of(c.response()) == 408);
}

TEST_CASE("net standstill: a TLS handshake that lies unread goes on") {
  const own_certificate files;
  config::tls_settings s;
  s.certificate = files.certificate;
  s.key = files.key;
  node n({}, net::load_tls(s).context);
  client c(n);
  REQUIRE(n.until([&] { return n.stats.sockets == 1; }));
  c.begin_tls();
  n.stand_still(10s);
  c.start_tls();
  c.send(get("/health"));
  CHECK(status_of(c.response()) == 200);
}

TEST_CASE("net standstill: the answer to a close that lies unread ends the session in order") {
  node n;
  client c(n);
  c.upgrade();
  n.session().link->close(close_code::going_away);
  REQUIRE(code_of(c.frame()) == 1001);
  c.send_unread(masked(op::close, close_payload(1001)));
  n.stand_still(5s);
  CHECK(c.ended());
  CHECK_FALSE(c.was_reset());
  CHECK(n.until([&] { return n.session().count("closed") == 1; }));
  CHECK(n.stats.closes == std::map<int, std::uint64_t>{{1001, 1}});
}

TEST_CASE("net standstill: a peer that sends on behind our close frame is cut off all the same") {
  node n;
  client c(n);
  c.upgrade();
  n.session().link->close(close_code::going_away);
  REQUIRE(code_of(c.frame()) == 1001);
  c.send_unread(masked(op::text, "x"));
  n.stand_still(5s);
  CHECK(n.until([&] { return n.session().count("closed") == 1; }));
  CHECK(n.session().heard == std::vector<std::string>{"closed"});
}

TEST_CASE("net standstill: an answer that the client took meanwhile is sent on") {
  node n;
  n.api.members = {{"ann", "{}", {std::string(16 << 20, 's')}}};
  client c(n, 4096);
  c.send(get("/v1/rooms/a/users"));
  REQUIRE(n.until([&] { return n.stats.outbox_bytes > 0 && n.stats.bytes_out > 0; }));
  c.take_all();
  n.stand_still(30s);
  CHECK(c.response().size() > 16u << 20);
}

TEST_CASE("net standstill: a session is told what lies unread and whether its output can go on") {
  node n;
  client c(n, 4096);
  c.upgrade();
  const auto link = n.session().link;
  CHECK_FALSE(link->input_waits());
  CHECK(link->takes_output());
  c.send_unread(masked(op::text, "x"));
  CHECK(link->input_waits());
  CHECK(n.until([&] { return n.session().count("text:x") == 1; }));
  CHECK_FALSE(link->input_waits());
  link->pause_reading(true);
  c.send_unread(masked(op::text, "y") + masked(op::text, "z"));
  CHECK(link->input_waits());
  n.turn();
  CHECK(link->input_waits());
  link->pause_reading(false);
  CHECK(n.until([&] { return n.session().count("text:z") == 1; }));
  const std::string big(1 << 20, 'b');
  for (int i = 0; i < 16; ++i) link->output().push(protocol::text_frame(big));
  REQUIRE(n.until([&] { return n.session().count("blocked") == 1; }));
  CHECK_FALSE(link->takes_output());
  c.take_all();
  CHECK(link->takes_output());
}
