// Links against a real redis-server: many channels, users, databases. What rooms make of them: test_redis_topologies.cpp.
#include "redis_process.hpp"
#include "redis_rig.hpp"

namespace {

using namespace roomd::actors::testing;

const std::string maths = "roomd:{r:Maths}";

/// A server with a link and a subscriber that are up.
struct live_redis {
  redis_process server;
  link_rig link{at_port(server.port())};
  subscriber_rig subscriber{at_port(server.port())};

  live_redis() {
    link.start();
    subscriber.start();
    REQUIRE(link.news.next() == "up");
    REQUIRE(subscriber.news.next() == "up");
  }
};

}  // namespace

TEST_CASE("redis link and server: channels come and go by thousands") {
  if (!redis_process::is_there()) return;
  constexpr int count = 5000;
  live_redis redis;
  redis.subscriber.ask([](roomd::actors::redis_subscriber& s) {
    for (int i = 0; i < count; ++i) s.subscribe("channel" + std::to_string(i));
    return true;
  });
  for (int i = 0; i < count; ++i) REQUIRE(redis.subscriber.news.next().starts_with("on channel"));
  redis.link.submit({"PUBSUB", "SHARDNUMSUB", "channel0", "channel4999"}, "count");
  CHECK(redis.link.news.next() == "count=channel0,,channel4999,,");
  redis.link.submit({"CLIENT", "KILL", "TYPE", "pubsub"}, "kill");
  CHECK(redis.link.news.next() == "kill=1");
  CHECK(redis.subscriber.news.next() == "down");
  CHECK(redis.subscriber.news.next() == "up");
  for (int i = 0; i < count; ++i) REQUIRE(redis.subscriber.news.next().starts_with("on channel"));
}

TEST_CASE("redis link and server: an ACL user gets in with the right password only") {
  if (!redis_process::is_there()) return;
  redis_process server({"--port", "{port}", "--user", "default", "off", "--user", "roomd", "on", ">secret",
                        "~roomd:*", "&roomd:*", "-@all", "+ping", "+info", "+spublish"});
  auto where = at_port(server.port());
  where.access = {"roomd", "secret", 0};
  link_rig link(where);
  link.start();
  CHECK(link.news.next() == "up");
  CHECK(link.submit({"SPUBLISH", maths, "x"}, "send"));
  CHECK(link.news.next() == "send=0");
  CHECK(link.submit({"FLUSHALL"}, "flush"));
  CHECK(link.news.next() == "flush!NOPERM");

  where.access.password = "wrong";
  link_rig stranger(where);
  stranger.start();
  CHECK(link.submit({"PING"}, "ping"));
  CHECK(link.news.next() == "ping=PONG");
  CHECK_FALSE(stranger.submit({"PING"}, "ping"));
}

TEST_CASE("redis link and server: a database other than the first") {
  if (!redis_process::is_there()) return;
  redis_process server;
  auto where = at_port(server.port());
  where.access.database = 5;
  link_rig link(where);
  link.start();
  CHECK(link.news.next() == "up");
  CHECK(link.submit({"CLIENT", "INFO"}, "info"));
  CHECK(link.news.next().find(" db=5 ") != std::string::npos);
}
