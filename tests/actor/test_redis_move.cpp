// A link or a subscriber whose server is not known yet, or is another one from now on.
#include "fake_redis.hpp"
#include "redis_rig.hpp"

namespace {

using namespace roomd::actors::testing;

template <class Rig>
void move(Rig& rig, const fake_redis& to) {
  rig.ask([&](auto& connection) {
    connection.move_to("127.0.0.1", to.port());
    return true;
  });
}

/// Attempts come at once or, where one had to be waited for, in an hour.
roomd::actors::redis_timing patient() {
  return {.connect = 1h, .reply = 1h, .watchdog = 1h, .retry = {1h, 1h}};
}

}  // namespace

TEST_CASE("redis move: a link without a server waits for one") {
  fake_redis server;
  link_rig link(roomd::actors::redis_server{}, patient());
  link.start();
  CHECK_FALSE(link.submit({"A"}, "A"));
  move(link, server);
  auto peer = server.welcome();
  CHECK(link.news.next() == "up");
}

TEST_CASE("redis move: what is in flight is answered, and the other server is there at once") {
  fake_redis old_server;
  fake_redis new_server;
  link_rig link(at_port(old_server.port()), patient());
  link.start();
  auto peer = old_server.welcome();
  CHECK(link.news.next() == "up");
  link.learn("0a1b");
  CHECK(link.submit({"A"}, "A"));
  peer.until("A\r\n");
  move(link, new_server);
  CHECK(link.news.next() == "A?");
  CHECK(link.news.next() == "down");
  peer.rest();  // the old one is left
  auto other = new_server.welcome("ffff");
  CHECK(link.news.next() == "up");
  CHECK(link.generation().empty());
  CHECK(link.submit({"B"}, "B"));
  other.until("B\r\n");
  CHECK(link.faults().empty());
}

TEST_CASE("redis move: an attempt that is under way or far off is not waited for") {
  fake_redis silent;
  fake_redis server;
  link_rig connecting(at_port(silent.port()), patient());
  connecting.start();
  auto peer = silent.accept();
  move(connecting, server);
  peer.rest();
  auto first = server.welcome();
  CHECK(connecting.news.next() == "up");
  first.close();
  CHECK(connecting.news.next() == "down");  // and the next attempt is an hour off
  move(connecting, silent);
  auto second = silent.welcome();
  CHECK(connecting.news.next() == "up");
}

TEST_CASE(
    "redis move: a subscriber asks the other server for its channels, and one that is stopped stays so") {
  fake_redis old_server;
  fake_redis new_server;
  subscriber_rig subscriber(at_port(old_server.port()), patient());
  subscriber.subscribe("a");
  move(subscriber, old_server);
  subscriber.start();
  auto peer = old_server.welcome();
  CHECK(subscriber.news.next() == "up");
  move(subscriber, old_server);  // it is there
  move(subscriber, new_server);
  CHECK(subscriber.news.next() == "down");
  auto other = new_server.welcome();
  CHECK(subscriber.news.next() == "up");
  other.until("SSUBSCRIBE\r\n$1\r\na\r\n");
  subscriber.ask([&](auto& s) {
    s.stop();
    s.move_to("127.0.0.1", old_server.port());
    return s.is_up();
  });
  CHECK(subscriber.news.next() == "down");
  other.rest();
}
