// A link that waits for replicas, against a real master and a real replica.
#include "redis_process.hpp"
#include "redis_rig.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::redis_link;
namespace redis_scripts = roomd::store::scripts;

const std::string kept_room = "roomd:{r:Kept}";

/// A master with a replica that is in step, and a link that wants both to have what is published.
struct replicated_redis {
  redis_process master;
  redis_process replica{{"--port", "{port}", "--replicaof", "127.0.0.1 " + std::to_string(master.port())}};
  link_rig link{at_port(master.port()), calm(), {.waits = {1, 300ms}}};
  std::string numbering;

  replicated_redis() {
    link.start();
    REQUIRE(link.news.next() == "up");
    // The first write may come with the replica's copy, and only the second one over the stream.
    for (int write = 0; write < 2; ++write) {
      link.submit({"SET", "some", "write"}, "set");
      REQUIRE(link.news.next() == "set=OK");
      link.submit({"WAIT", "1", "60000"}, "in step");
      REQUIRE(link.news.next() == "in step=1");
    }
    link.run(redis_scripts::open, {kept_room, kept_room + ":log", kept_room + ":keys", kept_room + ":old"},
             {"candidate", "1", "1000 1024 3600000 100 60000 1000 3600000"}, "open");
    const auto opened = link.news.next();  // open=EPOCH,GENERATION,…
    numbering = "candidate@" + opened.substr(opened.find(',') + 1, 40);
  }
  bool publish(const std::string& text, const std::string& key) {
    return link.run(redis_scripts::publish,
                    {kept_room, kept_room + ":log", kept_room + ":keys", kept_room + ":old"},
                    {"candidate 1 1700000000 0 " + text, numbering, "1", key}, text);
  }
};

}  // namespace

TEST_CASE("redis replicas: publishes are answered in their order when the replica has them") {
  if (!redis_process::is_there()) return;
  replicated_redis redis;
  CHECK(redis.publish("m1", ""));  // the server learns the script
  CHECK(redis.link.news.next() == "m1=1");
  for (int i = 2; i <= 100; ++i) CHECK(redis.publish("m" + std::to_string(i), ""));
  for (int i = 2; i <= 100; ++i)
    CHECK(redis.link.news.next() == "m" + std::to_string(i) + '=' + std::to_string(i));
}

TEST_CASE(
    "redis replicas: while the replica stands still nothing is acknowledged, and a retry is once it goes "
    "on") {
  if (!redis_process::is_there()) return;
  replicated_redis redis;
  CHECK(redis.publish("one", "k1"));
  CHECK(redis.link.news.next() == "one=1");
  redis.replica.pause();
  const auto began = std::chrono::steady_clock::now();
  CHECK(redis.publish("two", "k2"));
  CHECK(redis.link.news.next() == "two?");
  CHECK(std::chrono::steady_clock::now() - began >= 300ms);
  CHECK(redis.publish("two", "k2"));
  CHECK(redis.link.news.next() == "two?");
  redis.replica.go_on();
  redis.link.submit({"WAIT", "1", "60000"}, "in step");
  CHECK(redis.link.news.next() == "in step=1");
  CHECK(redis.publish("two", "k2"));
  CHECK(redis.link.news.next() == "two=-2");
  CHECK(redis.publish("three", "k3"));
  CHECK(redis.link.news.next() == "three=3");
}

TEST_CASE("redis replicas: what only asks is answered while a publish waits for them") {
  if (!redis_process::is_there()) return;
  replicated_redis redis;
  redis.replica.pause();
  CHECK(redis.publish("one", ""));
  CHECK(redis.link.submit({"ECHO", "here"}, "echo"));
  CHECK(redis.link.news.next() == "echo=here");
  CHECK(redis.link.news.next() == "one?");
  redis.replica.go_on();
}

TEST_CASE("redis replicas: a publish whose connection is lost before they have it is not acknowledged") {
  if (!redis_process::is_there()) return;
  replicated_redis redis;
  redis.replica.pause();
  CHECK(redis.publish("one", ""));
  CHECK(redis.link.submit({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"}, "kill"));
  CHECK(redis.link.news.until("one?"));
  CHECK(redis.link.news.until("up"));
  redis.replica.go_on();
}
