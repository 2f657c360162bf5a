// Commands over a link to a server that is up: order, bounds, scripts, the generation.
#include "fake_redis.hpp"
#include "redis_rig.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::redis_link;
namespace scripts = roomd::store::scripts;

/// A link that is up, and its server's end.
struct up_link {
  fake_redis server;
  link_rig link;
  redis_peer peer;

  explicit up_link(const roomd::actors::redis_timing& timing = calm(), const redis_link::bounds& b = {})
      : link(at_port(server.port()), timing, b), peer(start()) {
    CHECK(link.news.next() == "up");
  }
  redis_peer start() {
    link.start();
    return server.welcome();
  }
};

std::string fake_bulk(std::string_view text) {
  return '$' + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}

}  // namespace

TEST_CASE("redis link: commands of one turn leave together, and replies go to who asked") {
  up_link up;
  up.link.ask([&](redis_link& l) {
    for (const auto* name : {"A", "B", "C"}) {
      const std::vector<std::string_view> words{name};
      l.submit(words, [&, name](const auto& r) { up.link.news.add(line_of(name, r)); });
    }
    return true;
  });
  CHECK(up.peer.until("C\r\n") == "*1\r\n$1\r\nA\r\n*1\r\n$1\r\nB\r\n*1\r\n$1\r\nC\r\n");
  up.peer.send("+one\r\n:2\r\n-ERR three\r\n");
  CHECK(up.link.news.next() == "A=one");
  CHECK(up.link.news.next() == "B=2");
  CHECK(up.link.news.next() == "C!ERR");
  CHECK(up.link.faults().empty());
}

TEST_CASE("redis link: no more is in flight than may be, and nothing before it is up") {
  fake_redis server;
  link_rig link(at_port(server.port()), calm(), {.commands = 2});
  CHECK_FALSE(link.submit({"A"}, "A"));
  link.start();
  auto peer = server.welcome();
  CHECK(link.news.next() == "up");
  CHECK(link.submit({"A"}, "A"));
  CHECK(link.submit({"B"}, "B"));
  CHECK_FALSE(link.submit({"C"}, "C"));
  peer.send("+one\r\n");
  CHECK(link.news.next() == "A=one");
  CHECK(link.submit({"C"}, "C"));
}

TEST_CASE("redis link: a server that takes nothing is not sent more than the bound") {
  up_link up(calm(), {.commands = 100000, .bytes = 1000000});
  const std::string big(100000, 'x');
  std::size_t taken = 0;
  while (taken < 10000 && up.link.submit({"A", big}, "A")) ++taken;
  CHECK(taken >= 9);  // as much as the bound at least, and what the kernel keeps
  CHECK(taken < 10000);
}

TEST_CASE("redis link: a script goes by its digest, and once by its text where the server lacks it") {
  up_link up;
  const std::string tail = "$1\r\n1\r\n$3\r\nkey\r\n$2\r\na1\r\n$0\r\n\r\n";
  CHECK(up.link.run(scripts::drop, {"key"}, {"a1", ""}, "first"));
  CHECK(up.peer.until(tail) == "*6\r\n$7\r\nEVALSHA\r\n" + fake_bulk(scripts::drop.digest) + tail);
  up.peer.send("-NOSCRIPT No matching script.\r\n");
  CHECK(up.peer.until(tail) == "*6\r\n$4\r\nEVAL\r\n" + fake_bulk(scripts::drop.text) + tail);
  up.peer.send(":7\r\n");
  CHECK(up.link.news.next() == "first=7");
  CHECK(up.link.run(scripts::drop, {"key"}, {"a1", ""}, "second"));
  CHECK(up.peer.until(tail).starts_with("*6\r\n$7\r\nEVALSHA\r\n"));
  up.peer.send("-NOSCRIPT No matching script.\r\n");
  up.peer.until(tail);
  up.peer.send("-NOSCRIPT Even now.\r\n");
  CHECK(up.link.news.next() == "second!NOSCRIPT");
}

TEST_CASE("redis link: what is called while others have to be sent again does not overtake them") {
  up_link up;
  CHECK(up.link.run(scripts::drop, {"key-a"}, {}, "A"));
  CHECK(up.link.run(scripts::drop, {"key-b"}, {}, "B"));
  up.peer.until("key-b\r\n");
  up.peer.send("-NOSCRIPT No matching script.\r\n");
  up.peer.until("key-a\r\n");  // by its text, so the script is there from now on
  CHECK(up.link.run(scripts::drop, {"key-c"}, {}, "C"));
  CHECK(up.link.submit({"D"}, "D"));
  CHECK(up.peer.until("D\r\n") == "*1\r\n$1\r\nD\r\n");
  up.peer.send("-NOSCRIPT No matching script.\r\n:1\r\n:4\r\n");
  CHECK(up.peer.until("key-b\r\n").find("EVAL\r\n") != std::string::npos);
  CHECK(up.peer.until("key-c\r\n").find("EVALSHA\r\n") != std::string::npos);
  up.peer.send(":2\r\n:3\r\n");
  for (const auto* line : {"A=1", "D=4", "B=2", "C=3"}) CHECK(up.link.news.next() == line);
  CHECK(up.link.run(scripts::drop, {"key-e"}, {}, "E"));
  up.peer.until("key-e\r\n");
}

TEST_CASE("redis link: what is held back is bounded, and answered when the connection is lost") {
  up_link up(calm(), {.commands = 4, .bytes = 10000});
  CHECK(up.link.run(scripts::drop, {"key-a"}, {}, "A"));
  CHECK(up.link.run(scripts::drop, {"key-b"}, {}, "B"));
  up.peer.until("key-b\r\n");
  up.peer.send("-NOSCRIPT No matching script.\r\n");
  up.peer.until("key-a\r\n");
  CHECK_FALSE(up.link.run(scripts::drop, {"key-c"}, {std::string(20000, 'x')}, "big"));
  CHECK(up.link.run(scripts::drop, {"key-c"}, {}, "C"));
  CHECK(up.link.run(scripts::drop, {"key-d"}, {}, "D"));
  CHECK_FALSE(up.link.run(scripts::drop, {"key-e"}, {}, "E"));
  up.peer.close();
  for (const auto* line : {"B?", "A?", "C?", "D?", "down"}) CHECK(up.link.news.next() == line);
  auto peer = up.server.welcome();
  CHECK(up.link.news.next() == "up");
  CHECK(up.link.run(scripts::drop, {"key-f"}, {}, "F"));
  peer.until("key-f\r\n");
}

TEST_CASE("redis link: a script whose text finds no place is answered all the same") {
  up_link up;
  CHECK(up.link.run(scripts::drop, {"key"}, {}, "script"));
  up.peer.until("key\r\n");
  up.peer.close();
  CHECK(up.link.news.next() == "script?");
  CHECK(up.link.news.next() == "down");
}

TEST_CASE("redis link: the generation is forgotten when the server is not the master that it was") {
  for (const auto* error : {"READONLY x", "MOVED 1 a:1", "ASK 1 a:1", "CLUSTERDOWN x"}) {
    up_link up;
    CHECK(up.link.generation().empty());
    up.link.learn("0a1b");
    CHECK(up.link.submit({"A"}, "A"));
    up.peer.until("A\r\n");
    up.peer.send("-ERR other\r\n");
    CHECK(up.link.news.next() == "A!ERR");
    CHECK(up.link.generation() == "0a1b");
    CHECK(up.link.submit({"A"}, "A"));
    up.peer.send('-' + std::string(error) + "\r\n");
    up.link.news.next();
    CHECK(up.link.generation().empty());
  }
}

TEST_CASE("redis link: the watchdog sees another generation, and another role") {
  auto timing = calm();
  timing.watchdog = 1ms;
  up_link up(timing);
  up.link.learn("0a1b");
  up.peer.until("replication\r\n");
  up.peer.send(redis_peer::replication("master", "0a1b"));
  up.peer.until("replication\r\n");  // so the first is judged
  CHECK(up.link.generation() == "0a1b");
  up.peer.send(redis_peer::replication("master", "ffff"));
  up.peer.until("replication\r\n");
  CHECK(up.link.generation().empty());
  up.peer.send(redis_peer::replication("slave", "ffff"));
  up.peer.rest();
  CHECK(up.link.news.until("down"));
}

TEST_CASE("redis link: it knows the server's clock from the greeting, and follows it") {
  auto timing = calm();
  timing.watchdog = 1ms;
  fake_redis server;
  link_rig link(at_port(server.port()), timing);
  link.start();
  auto peer = server.welcome();  // at 1,700,000,000 s
  CHECK(link.news.next() == "up");
  const auto seconds = [&] { return link.ask([](const redis_link& l) { return l.server_time() / 1000; }); };
  const auto first = seconds();
  CHECK(first >= 1'700'000'000);
  CHECK(first < 1'700'000'300);
  peer.until("replication\r\n");
  peer.send(redis_peer::replication("master", "0a1b", "1600000000000000"));
  peer.until("replication\r\n");  // so the first is judged
  CHECK(seconds() >= 1'600'000'000);
  CHECK(seconds() < 1'600'000'300);
}

TEST_CASE(
    "redis link: in a cluster a slot that has moved says nothing of the others, but the role is asked at "
    "once") {
  fake_redis server;
  auto where = at_port(server.port());
  where.clustered = true;
  link_rig link(where);
  link.start();
  auto peer = server.welcome();
  CHECK(link.news.next() == "up");
  link.learn("0a1b");
  CHECK(link.submit({"A"}, "A"));
  peer.until("A\r\n");
  peer.send("-MOVED 1 a:1\r\n");
  CHECK(link.news.next() == "A!MOVED");
  CHECK(link.generation() == "0a1b");
  peer.until("replication\r\n");
  peer.send(redis_peer::replication("master", "ffff"));
  CHECK(link.submit({"B"}, "B"));
  peer.until("B\r\n");
  peer.send("+b\r\n");
  CHECK(link.news.next() == "B=b");
  CHECK(link.generation().empty());
}
