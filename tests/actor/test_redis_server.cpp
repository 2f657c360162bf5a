// Links against a real redis-server: scripts, channels, lost connections, users.
#include "store/redis_message.hpp"

#include "redis_process.hpp"
#include "redis_rig.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::redis_link;
namespace scripts = roomd::store::scripts;

const std::string maths = "roomd:{r:Maths}";
const std::string maths_log = maths + ":log";
const std::string maths_keys = maths + ":keys";
const std::string maths_old = maths + ":old";

/// What is behind the `=` of a line.
std::string answer_of(const std::string& line) { return line.substr(line.find('=') + 1); }

/// Opens the room; EPOCH@GENERATION.
std::string open_maths(link_rig& link, const std::string& candidate) {
  link.run(scripts::open, {maths, maths_log, maths_keys, maths_old},
           {candidate, "1", "1000 1024 3600000 100 60000 1000 3600000"}, "open");
  const auto opened = answer_of(link.news.next());  // EPOCH,GENERATION,…
  const auto comma = opened.find(',');
  const auto generation = opened.substr(comma + 1, opened.find(',', comma + 1) - comma - 1);
  link.learn(generation);
  return opened.substr(0, comma) + '@' + generation;
}

std::string publish_to_maths(link_rig& link, const std::string& numbering, const std::string& text) {
  link.run(scripts::publish, {maths, maths_log}, {text, numbering}, "publish");
  return link.news.next();
}

/// The next message of the room: NUMBER TEXT.
std::string next_message(subscriber_rig& subscriber) {
  auto line = subscriber.news.next();
  if (!line.starts_with(maths + ": ")) return line;
  const auto m = roomd::store::parse_redis_message(std::string_view(line).substr(maths.size() + 2));
  return m ? std::to_string(m->seq) + ' ' + std::string(m->payload) : line;
}

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
  void listen_to_maths() {
    subscriber.subscribe(maths);
    REQUIRE(subscriber.news.next() == "on " + maths);
  }
};

}  // namespace

TEST_CASE("redis link and server: what the scripts publish comes over the channel, also after SCRIPT FLUSH") {
  if (!redis_process::is_there()) return;
  live_redis redis;
  redis.listen_to_maths();
  const auto numbering = open_maths(redis.link, "epoch-one");
  CHECK(numbering.starts_with("epoch-one@"));
  CHECK(redis.link.generation().size() == 40);
  CHECK(next_message(redis.subscriber) == "0 ");  // the news of the epoch
  CHECK(publish_to_maths(redis.link, numbering, "hello") == "publish=1");
  CHECK(redis.link.submit({"SCRIPT", "FLUSH"}, "flush"));
  CHECK(redis.link.news.next() == "flush=OK");
  CHECK(publish_to_maths(redis.link, numbering, "again") == "publish=2");
  CHECK(publish_to_maths(redis.link, numbering, "third") == "publish=3");
  CHECK(next_message(redis.subscriber) == "1 hello");
  CHECK(next_message(redis.subscriber) == "2 again");
  CHECK(next_message(redis.subscriber) == "3 third");
}

TEST_CASE("redis link and server: a killed subscription comes back by itself, and says so") {
  if (!redis_process::is_there()) return;
  live_redis redis;
  redis.listen_to_maths();
  CHECK(redis.link.submit({"CLIENT", "KILL", "TYPE", "pubsub"}, "kill"));
  CHECK(redis.link.news.next() == "kill=1");
  CHECK(redis.subscriber.news.next() == "down");
  CHECK(redis.subscriber.news.next() == "up");
  CHECK(redis.subscriber.news.next() == "on " + maths);
  CHECK(redis.link.submit({"SPUBLISH", maths, "x"}, "send"));
  CHECK(redis.link.news.next() == "send=1");
  CHECK(redis.subscriber.news.next() == maths + ": x");
}

TEST_CASE(
    "redis link and server: a killed link answers what was in flight, and comes back without a generation") {
  if (!redis_process::is_there()) return;
  live_redis redis;
  redis.listen_to_maths();  // so that the subscriber's connection is not a normal one
  const auto numbering = open_maths(redis.link, "epoch-one");
  CHECK_FALSE(redis.link.generation().empty());
  redis.link.submit({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"}, "kill");
  const auto killed = redis.link.news.next();  // the server may say so before it does it
  CHECK((killed == "kill=1" || killed == "kill?"));
  CHECK(redis.link.news.next() == "down");
  CHECK(redis.link.news.next() == "up");
  CHECK(redis.link.generation().empty());
  CHECK(open_maths(redis.link, "epoch-two") == numbering);
}

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
