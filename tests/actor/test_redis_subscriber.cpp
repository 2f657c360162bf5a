// Channels over a connection to a server that is fake: what is asked, what is heard, what happens after a cut.
#include <set>

#include "fake_redis.hpp"
#include "redis_rig.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::redis_subscriber;

std::string channel_push(const std::string& word, const std::string& channel, const std::string& last) {
  std::string text = "*3\r\n";
  for (const auto* each : {&word, &channel, &last})
    text += '$' + std::to_string(each->size()) + "\r\n" + *each + "\r\n";
  return text;
}

std::string confirmation(const std::string& channel) {
  return "*3\r\n$10\r\nssubscribe\r\n$" + std::to_string(channel.size()) + "\r\n" + channel + "\r\n:1\r\n";
}

}  // namespace

TEST_CASE("redis subscriber: what was wanted before it is up is asked for at once, and its messages come") {
  fake_redis server;
  subscriber_rig subscriber(at_port(server.port()));
  subscriber.subscribe("c0");
  subscriber.start();
  auto peer = server.welcome();
  CHECK(subscriber.news.next() == "up");
  CHECK(peer.until("c0\r\n") == "*2\r\n$10\r\nSSUBSCRIBE\r\n$2\r\nc0\r\n");
  peer.send(confirmation("c0") + channel_push("smessage", "c0", "hello") +
            channel_push("smessage", "other", "hello") + channel_push("smessage", "c0", "again"));
  CHECK(subscriber.news.next() == "on c0");
  CHECK(subscriber.news.next() == "c0: hello");
  CHECK(subscriber.news.next() == "c0: again");
  subscriber.unsubscribe("c0");
  peer.until("$12\r\nSUNSUBSCRIBE\r\n$2\r\nc0\r\n");
}

TEST_CASE("redis subscriber: after a cut everything is asked for again, in batches, and is told as anew") {
  constexpr std::size_t batches = 10;
  constexpr std::size_t batch = 4;
  fake_redis server;
  subscriber_rig subscriber(at_port(server.port()), calm(), {.channels = {batch, 2 * batch}});
  std::set<std::string> all;
  for (std::size_t i = 0; i < batches * batch; ++i) {
    all.insert("c" + std::to_string(100 + i));
    subscriber.subscribe("c" + std::to_string(100 + i));
  }
  subscriber.start();
  for (int round = 0; round < 3; ++round) {
    auto peer = server.welcome();
    REQUIRE(subscriber.news.until("up"));
    std::set<std::string> asked;
    std::set<std::string> told;
    for (std::size_t i = 0; i < batches; ++i) {
      peer.until("SSUBSCRIBE\r\n");
      std::string answer;
      for (std::size_t k = 0; k < batch; ++k) {
        peer.until("$4\r\n");
        const auto channel = peer.until("\r\n").substr(0, 4);
        asked.insert(channel);
        answer += confirmation(channel);
      }
      peer.send(answer);
      for (std::size_t k = 0; k < batch; ++k) told.insert(subscriber.news.next().substr(3));
    }
    CHECK(asked == all);
    CHECK(told == all);
    peer.close();
    CHECK(subscriber.news.next() == "down");
  }
  CHECK(subscriber.faults().empty());
}

TEST_CASE("redis subscriber: the watchdog's PING has to be answered, in either form") {
  fake_redis server;
  auto timing = calm();
  timing.watchdog = 1ms;
  timing.reply = 200ms;
  subscriber_rig subscriber(at_port(server.port()), timing);
  subscriber.start();
  auto peer = server.welcome();
  CHECK(subscriber.news.next() == "up");
  peer.until("PING\r\n");
  peer.send("+PONG\r\n");
  peer.until("PING\r\n");
  peer.send("*2\r\n$4\r\npong\r\n$0\r\n\r\n");
  peer.until("PING\r\n");
  CHECK(subscriber.news.next() == "down");
}

TEST_CASE("redis subscriber: what a server may not say costs the connection") {
  fake_redis server;
  subscriber_rig subscriber(at_port(server.port()), calm(), {.message = {1000, 5}});
  subscriber.subscribe("c0");
  subscriber.start();
  for (const std::string& answer :
       {std::string("nonsense\r\n"), std::string("+PONG\r\n"), std::string("-NOPERM no\r\n"),
        confirmation("other"), channel_push("sunsubscribe", "c0", "0"), "$5000\r\n" + std::string(3000, 'x'),
        std::string("*6\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n")}) {
    auto peer = server.welcome();
    REQUIRE(subscriber.news.next() == "up");
    peer.until("c0\r\n");
    peer.send(answer);
    CHECK(subscriber.news.next() == "down");
  }
  CHECK(subscriber.faults().empty());
}

TEST_CASE("redis subscriber: it may be stopped by who hears that it is up") {
  fake_redis server;
  subscriber_rig subscriber(at_port(server.port()));
  subscriber.when_up = [](redis_subscriber& s) { s.stop(); };
  subscriber.subscribe("c0");
  subscriber.start();
  auto peer = server.welcome();
  CHECK(subscriber.news.next() == "up");
  CHECK(subscriber.news.next() == "down");
  peer.rest();
  CHECK(subscriber.faults().empty());
}
