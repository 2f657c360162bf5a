// A real Redis that does not do what rooms need of it: what the node says of it, and that it serves again afterwards.
#include <algorithm>
#include <fstream>

#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/spdlog.h>

#include "redis_client.hpp"
#include "redis_node.hpp"
#include "redis_process.hpp"

namespace {

using namespace roomd::actors::testing;

/// A server with a node that has a room in use, and what the log says meanwhile.
struct unwilling_redis {
  redis_process server;
  redis_client client{server.port()};
  std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> log =
      std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(1000);
  std::shared_ptr<spdlog::logger> before = spdlog::default_logger();

  unwilling_redis() { spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", log)); }
  ~unwilling_redis() { spdlog::set_default_logger(before); }

  bool said(const std::string& text) const {
    const auto lines = log->last_formatted();
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }
  std::string at() const { return "127.0.0.1:" + std::to_string(server.port()); }
  void set(std::string_view name, std::string_view value) { client.demand({"CONFIG", "SET", name, value}); }
  roomd::actors::redis_plan plan() const { return test_plan({at_port(server.port())}); }
  /// The test's end of what went wrong: the node serves, and its log says so.
  void check_well(redis_node& node) {
    CHECK(node.problem_becomes("").empty());
    CHECK(comes_true([&] { return bool(node.published("Maths", "after")); }));
    CHECK(said("redis.accepts server=" + at()));
    CHECK(node.faults().empty());
  }
  /// The node says that the server refuses for this reason, wherever it is asked.
  void check_refused(redis_node& node, const std::string& word, const std::string& advice) {
    const auto problem = "Redis at " + at() + " refuses what rooms need: " + advice;
    CHECK(node.problem_becomes(problem) == problem);
    CHECK_FALSE(node.published("Maths", "meanwhile"));
    CHECK(node.refusals(word) >= 2);  // the probe and the message
    CHECK(said("redis.refuses server=" + at() + " reason=" + word + " advice="));
  }
};

}  // namespace

TEST_CASE("redis refusals: a full memory and too few replicas are told of by their own word") {
  if (!redis_process::is_there()) return;
  unwilling_redis redis;
  redis_node node(redis.plan());
  node.open("Maths");
  REQUIRE(node.eventually(all_open));
  REQUIRE(node.problem_becomes("").empty());
  SECTION("a full memory") {
    redis.set("maxmemory", "1");
    redis.check_refused(node, "oom", "its memory is full");
    redis.set("maxmemory", "0");
  }
  SECTION("too few replicas") {
    redis.set("min-replicas-to-write", "1");
    redis.check_refused(node, "noreplicas", "it takes no writes because too few replicas");
    redis.set("min-replicas-to-write", "0");
  }
  redis.check_well(node);
}

TEST_CASE("redis refusals: a user without a right is told of, be it for scripts, keys or channels") {
  if (!redis_process::is_there()) return;
  unwilling_redis redis;
  auto plan = redis.plan();
  redis.client.demand({"ACL", "SETUSER", "roomd", "on", ">secret", "~roomd:*", "&roomd:*", "+@all"});
  plan.servers[0].access = {"roomd", "secret", 0};
  redis_node node(plan);
  node.open("Maths");
  REQUIRE(node.eventually(all_open));
  REQUIRE(node.problem_becomes("").empty());
  const std::string advice = "its user lacks a right that roomd needs";
  SECTION("scripts") {
    redis.client.demand({"ACL", "SETUSER", "roomd", "-evalsha", "-eval"});
    redis.check_refused(node, "noperm", advice);
    redis.client.demand({"ACL", "SETUSER", "roomd", "+evalsha", "+eval"});
  }
  SECTION("keys") {
    redis.client.demand({"ACL", "SETUSER", "roomd", "resetkeys", "~other:*"});
    redis.check_refused(node, "noperm", advice);
    redis.client.demand({"ACL", "SETUSER", "roomd", "~roomd:*"});
  }
  SECTION("a command inside the scripts") {
    redis.client.demand({"ACL", "SETUSER", "roomd", "-xadd"});
    redis.check_refused(node, "noperm", advice);
    redis.client.demand({"ACL", "SETUSER", "roomd", "+xadd"});
  }
  redis.check_well(node);
}

TEST_CASE("redis refusals: a user without a right to the channels is told of") {
  if (!redis_process::is_there()) return;
  unwilling_redis redis;
  auto plan = redis.plan();
  redis.client.demand({"ACL", "SETUSER", "roomd", "on", ">secret", "~roomd:*", "resetchannels", "+@all"});
  plan.servers[0].access = {"roomd", "secret", 0};
  redis_node node(plan);
  const auto problem = "Redis at " + redis.at() + " refuses what rooms need: its user lacks a right";
  CHECK(node.problem_becomes(problem) == problem);
  redis.client.demand({"ACL", "SETUSER", "roomd", "&roomd:*"});
  CHECK(node.problem_becomes("").empty());
}

TEST_CASE(
    "redis refusals: a Redis that drops keys is not served by, when it begins and when it comes to that") {
  if (!redis_process::is_there()) return;
  unwilling_redis redis;
  const auto problem = "no commands reach Redis at " + redis.at() + ": it drops keys when its memory is full";
  redis.set("maxmemory", "1gb");
  redis.set("maxmemory-policy", "allkeys-lru");
  redis_node node(redis.plan());
  node.open("Maths");
  CHECK(node.problem_becomes(problem) == problem);
  CHECK(redis.said("reason=eviction"));
  redis.set("maxmemory-policy", "noeviction");
  CHECK(node.problem_becomes("").empty());
  REQUIRE(node.eventually(all_open));
  redis.set("maxmemory-policy", "volatile-ttl");
  CHECK(node.problem_becomes(problem) == problem);
  CHECK_FALSE(node.published("Maths", "meanwhile"));

  auto plan = redis.plan();
  plan.servers[0].access.allow_eviction = true;
  redis_node careless(plan);
  careless.open("Maths");
  CHECK(careless.problem_becomes("").empty());
  CHECK(careless.eventually(all_open));
}

TEST_CASE("redis refusals: who cannot be entered is told of by what is wrong") {
  if (!redis_process::is_there()) return;
  unwilling_redis redis;
  auto plan = redis.plan();
  std::string advice;
  SECTION("a password where there is none") {
    plan.servers[0].access.password = "secret";
    advice = "it has no password, but redis.password_file names one";
  }
  SECTION("no password where there is one") {
    redis.set("requirepass", "secret");
    advice = "it wants a password";
  }
  SECTION("another password") {
    redis.set("requirepass", "secret");
    plan.servers[0].access.password = "other";
    advice = "it refuses the user or the password";
  }
  SECTION("a database that it does not have") {
    plan.servers[0].access.database = 99;
    advice = "it has no database of the number in redis.database";
  }
  SECTION("no place for another client") {
    redis.set("maxclients", "1");
    advice = "it takes no more clients";
  }
  redis_node node(plan);
  const auto problem = "no commands reach Redis at " + redis.at() + ": " + advice;
  CHECK(node.problem_becomes(problem) == problem);
}

TEST_CASE("redis refusals: a password that is changed in its file is used for the next connection") {
  if (!redis_process::is_there()) return;
  unwilling_redis redis;
  const auto file =
      (std::filesystem::temp_directory_path() / ("roomd-password-" + std::to_string(::getpid()))).string();
  const auto write = [&](const char* password) { std::ofstream(file) << password << '\n'; };
  write("first");
  redis.set("requirepass", "first");
  auto plan = redis.plan();
  plan.servers[0].password_file = file;
  redis_node node(plan);
  CHECK(node.problem_becomes("").empty());
  redis.set("requirepass", "second");
  redis.client.demand({"AUTH", "second"});
  write("second");
  redis.client.demand({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
  redis.client.demand({"CLIENT", "KILL", "TYPE", "pubsub"});
  CHECK(comes_true([&] { return redis.said("reason=closed"); }));
  CHECK(node.problem_becomes("").empty());
  CHECK_FALSE(redis.said("reason=wrongpass"));
  std::filesystem::remove(file);
}
