// What a link makes of servers that are not as they should be, and how it comes back.
#include <memory>
#include <sstream>
#include <stdexcept>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "fake_redis.hpp"
#include "redis_rig.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::redis_link;

/// No longer than the wheel's tick.
roomd::actors::redis_timing impatient() {
  return {.connect = 1ms, .reply = 1h, .watchdog = 1h, .retry = {1ms, 20ms}};
}

/// The link gives up what is accepted next, and comes again.
void gives_up(fake_redis& server, std::string_view answer) {
  auto peer = server.accept();
  peer.until("replication\r\n");
  peer.send(answer);
  peer.rest();
}

}  // namespace

TEST_CASE("redis link: a server that refuses, loads, or is none is tried again until one serves") {
  fake_redis server;
  link_rig link(at_port(server.port()));
  link.start();
  gives_up(server, "-NOAUTH Authentication required.\r\n");
  gives_up(server, "-LOADING Redis is loading the dataset in memory\r\n");
  gives_up(server, "+PONG\r\n" + redis_peer::replication("slave", "0a1b"));
  gives_up(server, "HTTP/1.1 400 Bad Request\r\n\r\n");
  gives_up(server, "$999999999\r\n" + std::string(200000, 'x'));
  server.accept().close();
  auto peer = server.welcome();
  CHECK(link.news.next() == "up");
  CHECK(link.faults().empty());
}

TEST_CASE("redis link: user, password and database go first, and a wrong password gets nowhere") {
  fake_redis server;
  auto where = at_port(server.port());
  where.access = {"me", "secret", 3};
  link_rig link(where);
  link.start();
  auto peer = server.accept();
  CHECK(peer.until("PING\r\n") ==
        "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$6\r\nsecret\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n*1\r\n$"
        "4\r\nPING\r\n");
  peer.send("-WRONGPASS secret is not it\r\n");
  peer.rest();
  auto again = server.accept();
  again.until("PING\r\n");
  again.send("+OK\r\n+OK\r\n+PONG\r\n" + redis_peer::replication("master", "0a1b"));
  CHECK(link.news.next() == "up");
}

TEST_CASE("redis link: one who is silent while greeted, or drips, is given up at the deadline") {
  fake_redis server;
  link_rig link(at_port(server.port()), impatient());
  link.start();
  {
    auto silent = server.accept();
    silent.rest();
  }
  auto drip = server.accept();
  drip.send("+P");
  drip.rest();
  server.accept();
}

TEST_CASE("redis link: a command without a reply ends the connection, and all in flight hear of it") {
  fake_redis server;
  auto timing = calm();
  timing.reply = 1ms;
  link_rig link(at_port(server.port()), timing);
  link.start();
  auto peer = server.welcome();
  CHECK(link.news.next() == "up");
  link.ask([&](redis_link& l) {
    for (const auto* name : {"A", "B"}) {
      const std::vector<std::string_view> words{name};
      l.submit(words, [&, name](const auto& r) { link.news.add(line_of(name, r)); });
    }
    return true;
  });
  peer.until("B\r\n");
  peer.send("$100\r\nhalf");
  CHECK(link.news.next() == "A?");
  CHECK(link.news.next() == "B?");
  CHECK(link.news.next() == "down");
  peer.rest();
  auto next = server.welcome();
  CHECK(link.news.next() == "up");
}

TEST_CASE("redis link: what ends in the middle of a reply, or makes no sense, costs the connection") {
  fake_redis server;
  link_rig link(at_port(server.port()), calm(), {.reply = {1000, 10}});
  link.start();
  for (const std::string answer :
       {"$100\r\nhalf", "nonsense\r\n", "+one\r\n+two\r\n", "$5000\r\n",
        "*20\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n"}) {
    auto peer = server.welcome();
    REQUIRE(link.news.next() == "up");
    REQUIRE(link.submit({"A"}, "A"));
    peer.until("A\r\n");
    peer.send(answer);
    if (answer.starts_with("$5000")) peer.send(std::string(2000, 'x'));
    if (answer.starts_with("$100")) peer.close();
    CHECK(link.news.next() == (answer.starts_with("+one") ? "A=one" : "A?"));
    CHECK(link.news.next() == "down");
  }
  CHECK(link.faults().empty());
}

TEST_CASE("redis link: a watchdog without an answer ends the connection") {
  fake_redis server;
  auto timing = calm();
  timing.reply = timing.watchdog = 1ms;
  link_rig link(at_port(server.port()), timing);
  link.start();
  auto peer = server.welcome();
  CHECK(link.news.next() == "up");
  peer.until("replication\r\n");
  CHECK(link.news.next() == "down");
}

TEST_CASE("redis link: an exception in a handler costs the connection, not the shard") {
  fake_redis server;
  link_rig link(at_port(server.port()));
  link.start();
  auto peer = server.welcome();
  CHECK(link.news.next() == "up");
  link.ask([](redis_link& l) {
    const std::vector<std::string_view> words{"A"};
    return l.submit(words, [](const auto&) { throw std::runtime_error("on purpose"); });
  });
  CHECK(link.submit({"B"}, "B"));
  peer.until("B\r\n");
  peer.send("+one\r\n+two\r\n");
  CHECK(link.news.next() == "B?");
  CHECK(link.news.next() == "down");
  auto next = server.welcome();
  CHECK(link.news.next() == "up");
  CHECK(link.faults().empty());
}

TEST_CASE("redis link: it may be stopped by who hears from it, and answers all then") {
  fake_redis server;
  link_rig link(at_port(server.port()));
  link.start();
  auto peer = server.welcome();
  CHECK(link.news.next() == "up");
  link.ask([&](redis_link& l) {
    const std::vector<std::string_view> words{"A"};
    return l.submit(words, [&](const auto&) { l.stop(); });
  });
  CHECK(link.submit({"B"}, "B"));
  peer.until("B\r\n");
  peer.send("+one\r\n+two\r\n");
  CHECK(link.news.next() == "B?");
  CHECK(link.news.next() == "down");
  peer.rest();
}

TEST_CASE("redis link: it can be destroyed in the middle of anything") {
  fake_redis server;
  const auto nothing_left = [](link_rig& link) {
    link.end();
    link.on_shard([] {});
    CHECK(link.faults().empty());
  };
  SECTION("before it starts") {
    link_rig link(at_port(server.port()));
    nothing_left(link);
  }
  SECTION("while it looks for the address") {
    link_rig link({.host = "localhost", .port = server.port()});
    link.start();
    nothing_left(link);
  }
  SECTION("while it connects") {
    link_rig link(at_port(server.port()));
    link.start();
    nothing_left(link);
  }
  SECTION("while it greets") {
    link_rig link(at_port(server.port()));
    link.start();
    auto peer = server.accept();
    nothing_left(link);
  }
  SECTION("with commands in flight and output that the server does not take") {
    link_rig link(at_port(server.port()));
    link.start();
    auto peer = server.welcome();
    CHECK(link.news.next() == "up");
    const std::string big(1000000, 'x');
    for (int i = 0; i < 10; ++i) link.submit({"A", big}, "A");
    nothing_left(link);
    peer.rest();
  }
  SECTION("while it waits to try again") {
    auto timing = calm();
    timing.retry = {1h, 1h};
    link_rig link(at_port(server.port()), timing);
    link.start();
    server.accept().close();
    nothing_left(link);
  }
}

TEST_CASE("redis link: the log says up and down with a reason, and no credentials") {
  std::ostringstream text;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text)));
  {
    fake_redis server;
    auto where = at_port(server.port());
    where.access = {"somebody", "HUSH", 0};
    link_rig link(where);
    link.start();
    gives_up(server, "-HUSH somebody HUSH\r\n");
    auto peer = server.accept();
    peer.until("replication\r\n");
    peer.send("+OK\r\n+PONG\r\n" + redis_peer::replication("master", "0a1b"));
    CHECK(link.news.next() == "up");
    peer.close();
    CHECK(link.news.next() == "down");
  }
  spdlog::set_default_logger(before);
  const auto said = text.str();
  CHECK(said.find("redis.down server=127.0.0.1:") != said.npos);
  CHECK(said.find("use=commands reason=error retry_ms=") != said.npos);
  CHECK(said.find("redis.up server=127.0.0.1:") != said.npos);
  CHECK(said.find("reason=closed") != said.npos);
  CHECK(said.find("HUSH") == said.npos);
  CHECK(said.find("somebody") == said.npos);
}
