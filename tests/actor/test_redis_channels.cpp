// Channels over as many connections as their number asks for: which end, what is told of it, and how probes watch them.
#include <set>

#include "actors/redis_channels.hpp"

#include "fake_redis.hpp"
#include "redis_client.hpp"
#include "redis_process.hpp"
#include "redis_rig.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::redis_channels;

/// Says `lost N`, `on CHANNEL` and `CHANNEL: payload`.
class channels_rig final : private redis_channels::observer {
 public:
  explicit channels_rig(std::uint16_t port, std::size_t each = 10) {
    auto& self = static_cast<redis_channels::observer&>(*this);
    on_shard([&] {
      channels_.emplace(runtime_.at(0), at_port(port), calm(), redis_channels::bounds{each}, self);
    });
  }
  ~channels_rig() {
    on_shard([this] { channels_.reset(); });
  }
  template <class F>
  void on_shard(F f) {
    runtime_.on(0, [&] {
      f();
      return true;
    });
  }
  template <class F>
  auto ask(F f) {
    return runtime_.on(0, [&] { return f(*channels_); });
  }
  void start() {
    on_shard([this] { channels_->start(); });
  }
  void subscribe(int from, int to) {
    on_shard([&] {
      for (int i = from; i < to; ++i) channels_->subscribe("c" + std::to_string(i));
    });
  }
  void unsubscribe(int from, int to) {
    on_shard([&] {
      for (int i = from; i < to; ++i) channels_->unsubscribe("c" + std::to_string(i));
    });
  }
  bool are_up() {
    return ask([](const redis_channels& c) { return c.are_up(); });
  }
  /// The next lines, so many.
  std::set<std::string> lines(int count) {
    std::set<std::string> all;
    for (int i = 0; i < count; ++i) all.insert(news.next());
    return all;
  }

  redis_news news;

 private:
  void on_channels_lost(std::size_t connection) override { news.add("lost " + std::to_string(connection)); }
  void on_channel_subscribed(std::string_view channel) override { news.add("on " + std::string(channel)); }
  void on_channel_message(std::string_view channel, std::string_view payload) override {
    news.add(std::string(channel) + ": " + std::string(payload));
  }
  void on_channel_refused(std::string_view channel) override { news.add("refused " + std::string(channel)); }

  runtime runtime_{1};
  std::optional<redis_channels> channels_;
};

std::set<std::string> all_on(int from, int to) {
  std::set<std::string> all;
  for (int i = from; i < to; ++i) all.insert("on c" + std::to_string(i));
  return all;
}

std::string confirmed(const std::string& channel) {
  return "*3\r\n$10\r\nssubscribe\r\n$" + std::to_string(channel.size()) + "\r\n" + channel + "\r\n:1\r\n";
}

std::string said_on(const std::string& channel, const std::string& payload) {
  return "*3\r\n$8\r\nsmessage\r\n$" + std::to_string(channel.size()) + "\r\n" + channel + "\r\n$" +
         std::to_string(payload.size()) + "\r\n" + payload + "\r\n";
}

/// The ids of the server's connections that have channels, those that were made first before the others.
std::vector<std::string> pubsub_ids(redis_client& of) {
  const auto list = of.ask({"CLIENT", "LIST", "TYPE", "pubsub"}).text;
  std::vector<std::string> ids;
  for (auto at = list.find("id="); at != list.npos; at = list.find("\nid=", at)) {
    at = list.find('=', at) + 1;
    ids.push_back(list.substr(at, list.find(' ', at) - at));
  }
  return ids;
}

}  // namespace

TEST_CASE(
    "redis channels: what one connection does not take goes over others, and only what a lost one had is "
    "lost") {
  if (!redis_process::is_there()) return;
  redis_process server;
  redis_client other(server.port());
  channels_rig channels(server.port());
  channels.start();
  channels.subscribe(0, 25);
  CHECK(channels.lines(25) == all_on(0, 25));
  const auto ids = pubsub_ids(other);
  REQUIRE(ids.size() == 3);

  const auto of = [&](const std::string& channel) {
    return *channels.ask([&](const redis_channels& c) { return c.connection_of(channel); });
  };
  CHECK(of("c0") == 0);
  CHECK(of("c10") == 1);
  CHECK(of("c24") == 2);
  for (const auto& id : ids) {
    other.ask({"CLIENT", "KILL", "ID", id});
    const auto lost = channels.news.next();
    REQUIRE(lost.starts_with("lost "));
    const int first = std::stoi(lost.substr(5)) * 10;
    const int end = std::min(first + 10, 25);
    CHECK(channels.lines(end - first) == all_on(first, end));
  }
}

TEST_CASE("redis channels: a connection that has none left ends, and is made again for the next ones") {
  if (!redis_process::is_there()) return;
  redis_process server;
  redis_client other(server.port());
  channels_rig channels(server.port());
  channels.start();
  channels.subscribe(0, 20);
  CHECK(channels.lines(20) == all_on(0, 20));
  REQUIRE(pubsub_ids(other).size() == 2);
  channels.unsubscribe(10, 20);
  channels.ask([](redis_channels& c) {
    c.look_after();
    return true;
  });
  CHECK(channels.news.next() == "lost 1");
  CHECK(comes_true([&] { return pubsub_ids(other).size() == 1; }));
  channels.subscribe(20, 25);
  CHECK(channels.lines(5) == all_on(20, 25));
  CHECK(pubsub_ids(other).size() == 2);
}

TEST_CASE("redis channels: one over which the last probe has not come is made anew, and no other") {
  fake_redis server;
  channels_rig channels(server.port(), 1);
  channels.ask([](redis_channels& c) {
    c.probe_by("p");
    return true;
  });
  channels.start();
  auto first = server.welcome();
  first.until("p\r\n");
  first.send(confirmed("p"));
  REQUIRE(comes_true([&] { return channels.are_up(); }));
  channels.subscribe(0, 2);
  first.until("c0\r\n");
  first.send(confirmed("c0"));
  auto second = server.welcome();
  second.until("c1\r\n");
  // "p" was wanted first.
  second.send(confirmed("p") + confirmed("c1"));
  CHECK(channels.lines(2) == all_on(0, 2));

  const auto look_after = [&] {
    channels.ask([](redis_channels& c) {
      c.look_after();
      return true;
    });
  };
  channels.ask([](redis_channels& c) {
    c.probe_sent(1);
    return true;
  });
  first.send(said_on("p", "1") + said_on("c0", "seen"));
  second.send(said_on("c1", "seen"));
  CHECK(channels.lines(2) == std::set<std::string>{"c0: seen", "c1: seen"});
  CHECK(channels.are_up());
  look_after();
  CHECK(channels.news.next() == "lost 1");
  CHECK(!channels.are_up());
  auto again = server.welcome();
  again.until("c1\r\n");
  again.send(confirmed("p") + confirmed("c1"));
  CHECK(channels.news.next() == "on c1");
  look_after();
  first.send(said_on("c0", "still"));
  CHECK(channels.news.next() == "c0: still");
  CHECK(channels.are_up());
}
