#include "engines.hpp"

#include <utility>
#include <vector>

#include "actors/ingest.hpp"
#include "actors/random_id.hpp"
#include "actors/redis_bridge.hpp"
#include "actors/redis_tls.hpp"
#include "config/address.hpp"
#include "config/retention.hpp"
#include "protocol/message_text.hpp"
#include "store/memory_store.hpp"

namespace roomd {
namespace {

constexpr std::size_t word_letters = 12;  // of an engine's own random word

retention retention_of(const config::room_settings& r) {
  return {{r.history_size, r.history_bytes, r.history_age}, {r.dedup_size, r.dedup_age, r.dedup_bytes}};
}

retentions retentions_of(const config::settings& s) {
  std::vector<retentions::entry> all;
  for (const auto& entry : config::retention_entries(s))
    all.emplace_back(entry.pattern, retention_of(entry.values));
  return {retention_of(s.rooms), std::move(all)};
}

engine_factory memory_engine(const config::settings& s) {
  const store::memory_bounds all{.rooms = retentions_of(s), .total_bytes = s.engine.memory_bytes};
  return [all](actors::shard&, std::size_t shards, const sealer& seal) {
    auto bounds = all;
    bounds.total_bytes /= shards;
    return std::make_unique<store::memory_store>(bounds, actors::random_id(word_letters), seal);
  };
}

/// Has the server read its password where there is a file for it. What is wrong; empty: nothing.
std::string add_password(std::string_view key, const std::string& file, actors::redis_server& server) {
  if (file.empty()) return {};
  auto password = actors::read_redis_password(file);
  if (!password) return std::string(key) + ": cannot read a line of " + file;
  server.access.password = std::move(*password);
  server.password_file = file;
  return {};
}

/// How a server is entered, the same for all of them. What is wrong; empty: nothing.
std::string enter(const config::redis_settings& r, actors::redis_server& server) {
  server.access = {r.user, {}, r.database, r.allow_eviction};
  if (r.tls) {
    auto loaded = actors::load_redis_tls(r.tls_ca);
    if (!loaded.context) return "redis.tls_ca: " + loaded.problem;
    server.tls = std::move(loaded.context);
  }
  return add_password("redis.password_file", r.password_file, server);
}

/// `like` at each of the addresses. Empty: one of them is none.
std::vector<actors::redis_server> servers_at(const std::vector<std::string>& addresses,
                                             const actors::redis_server& like) {
  std::vector<actors::redis_server> all;
  for (const auto& text : addresses) {
    const auto where = config::parse_endpoint(text);
    if (!where) return {};
    all.push_back(like);
    all.back().host = where->host;
    all.back().port = where->port;
  }
  return all;
}

/// Where the servers are, or the sentinels that know it. What is wrong; empty: nothing.
std::string add_places(const config::redis_settings& r, actors::redis_plan& plan) {
  actors::redis_server like;
  if (auto problem = enter(r, like); !problem.empty()) return problem;
  plan.cluster = r.mode == "cluster";
  if (r.mode == "server") {
    plan.servers = servers_at({r.address}, like);
    return plan.servers.empty() ? "redis.address is not HOST:PORT" : "";
  }
  if (r.mode != "sentinel") {
    plan.servers = servers_at(r.addresses, like);
    return plan.servers.empty() ? "redis.addresses are not HOST:PORT" : "";
  }
  plan.servers = {like};
  plan.sentinels.master = r.master;
  actors::redis_server sentinel{.host = {}, .access = {r.sentinel_user, {}, 0}, .tls = like.tls};
  if (auto problem = add_password("redis.sentinel_password_file", r.sentinel_password_file, sentinel);
      !problem.empty())
    return problem;
  plan.sentinels.servers = servers_at(r.addresses, sentinel);
  return plan.sentinels.servers.empty() ? "redis.addresses are not HOST:PORT" : "";
}

decltype(chosen_engine::spawn_ingest) ingest_of(const config::settings& s, const actors::redis_plan& p) {
  if (!s.redis.ingest) return {};
  actors::ingest_plan plan{p.servers.front(), p.timing, s.redis.prefix, s.session.max_message};
  plan.like.host.clear();
  return [plan](caf::actor_system& system, actors::shard_state& first) {
    const auto& bridge = static_cast<const actors::redis_bridge&>(*first.engine);
    return system.spawn<actors::ingest>(first, bridge, plan);
  };
}

chosen_engine redis_engine(const config::settings& s) {
  const auto& r = s.redis;
  actors::redis_plan plan{.rooms = {r.prefix, retentions_of(s), r.database}};
  if (auto problem = add_places(r, plan); !problem.empty()) return {{}, std::move(problem)};
  plan.timing.connect = r.connect_timeout;
  plan.timing.reply = r.command_timeout;
  plan.waits = {r.wait_replicas, r.wait_timeout};
  auto ingest = ingest_of(s, plan);
  return {[plan = std::move(plan), lease = s.presence.lease](actors::shard& home, std::size_t,
                                                             const sealer& seal) mutable {
            if (!plan.leases)
              plan.leases = std::make_shared<actors::node_leases>(home, actors::random_id(word_letters),
                                                                  plan.rooms.prefix() + "{leases}", lease);
            auto own = plan;
            own.word = actors::random_id(word_letters);
            return std::make_unique<actors::redis_bridge>(home, std::move(own), seal, protocol::make_codec());
          },
          {},
          std::move(ingest)};
}

}  // namespace

chosen_engine choose_engine(const config::settings& s) {
  if (s.engine.type == "redis") return redis_engine(s);
  return {memory_engine(s), {}};
}

}  // namespace roomd
