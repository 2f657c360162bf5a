#include "config/reload.hpp"

#include "catch.hpp"
#include "random_settings.hpp"

using namespace roomd::config;

using keys = std::vector<std::string>;

TEST_CASE("reload: equal settings change nothing") {
  const auto plan = plan_reload({}, {});
  CHECK(plan.changed.empty());
  CHECK(plan.needs_restart.empty());
}

TEST_CASE("reload: what may change does, what may not keeps its running value and is named") {
  settings wanted;
  wanted.log.level = "debug";
  wanted.rooms.linger = 1s;
  wanted.server.threads = 7;
  wanted.tls.listen = {"127.0.0.1:8443"};
  const auto plan = plan_reload({}, wanted);
  CHECK(plan.changed == keys{"rooms.linger", "log.level"});
  CHECK(plan.needs_restart == keys{"server.threads", "tls.listen"});
  CHECK(plan.merged.log.level == "debug");
  CHECK(plan.merged.rooms.linger == 1s);
  CHECK(plan.merged.server.threads == 0);
  CHECK(plan.merged.tls.listen.empty());
}

TEST_CASE("reload: what is built once at the start needs a restart, and nothing else") {
  keys fixed;
  for (const auto& row : schema())
    if (row.when == effect::restart) fixed.emplace_back(row.name);
  CHECK(fixed == keys{"server.listen",
                      "server.threads",
                      "tls.listen",
                      "session.catch_up_bytes",
                      "rooms.history_size",
                      "rooms.history_age",
                      "rooms.history_bytes",
                      "rooms.dedup_size",
                      "rooms.dedup_age",
                      "rooms.dedup_bytes",
                      "rooms.retention",
                      "presence.lease",
                      "auth.mode",
                      "engine.type",
                      "engine.memory_bytes",
                      "redis.mode",
                      "redis.address",
                      "redis.addresses",
                      "redis.master",
                      "redis.sentinel_user",
                      "redis.sentinel_password_file",
                      "redis.user",
                      "redis.password_file",
                      "redis.database",
                      "redis.prefix",
                      "redis.allow_eviction",
                      "redis.tls",
                      "redis.tls_ca",
                      "redis.connect_timeout",
                      "redis.command_timeout",
                      "redis.wait_replicas",
                      "redis.wait_timeout",
                      "redis.ingest",
                      "log.queue"});
}

TEST_CASE("reload: merged differs from running by what changed, from wanted by what needs a restart") {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    const auto running = random_settings(seed)();
    const auto wanted = random_settings(seed + 1000)();
    const auto plan = plan_reload(running, wanted);
    INFO("seed " << seed);
    REQUIRE(differing_keys(plan.merged, running) == plan.changed);
    REQUIRE(differing_keys(plan.merged, wanted) == plan.needs_restart);
  }
}
