#include "engines.hpp"

#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include "actors/random_id.hpp"
#include "actors/redis_bridge.hpp"
#include "actors/redis_tls.hpp"
#include "config/address.hpp"
#include "protocol/message_text.hpp"
#include "store/memory_store.hpp"

namespace roomd {
namespace {

constexpr std::size_t word_letters = 12;  // of an engine's own random word

log_bounds history_of(const config::settings& s) {
  return {s.rooms.history_size, s.rooms.history_bytes, s.rooms.history_age};
}

dedup_bounds keys_of(const config::settings& s) {
  return {s.rooms.dedup_size, s.rooms.dedup_age, s.rooms.dedup_bytes};
}

engine_factory memory_engine(const config::settings& s) {
  const store::memory_bounds all{
      .log = history_of(s), .dedup = keys_of(s), .total_bytes = s.engine.memory_bytes};
  return [all](actors::shard&, std::size_t shards, const sealer& seal) {
    auto bounds = all;
    bounds.total_bytes /= shards;
    return std::make_unique<store::memory_store>(bounds, actors::random_id(word_letters), seal);
  };
}

/// The first line of the file; nothing where it cannot be read.
std::optional<std::string> read_password(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) return {};
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

/// How a server is entered, the same for all of them. Empty: the settings are in order.
std::string enter(const config::redis_settings& r, actors::redis_server& server) {
  server.access = {r.user, {}, r.database};
  if (!r.password_file.empty()) {
    auto password = read_password(r.password_file);
    if (!password) return "redis.password_file: cannot read a line of " + r.password_file;
    server.access.password = std::move(*password);
  }
  if (r.tls) {
    auto loaded = actors::load_redis_tls(r.tls_ca);
    if (!loaded.context) return "redis.tls_ca: " + loaded.problem;
    server.tls = std::move(loaded.context);
  }
  return {};
}

chosen_engine redis_engine(const config::settings& s) {
  const auto& r = s.redis;
  actors::redis_plan plan{.rooms = {r.prefix, history_of(s), keys_of(s)}};
  actors::redis_server server;
  if (auto problem = enter(r, server); !problem.empty()) return {{}, std::move(problem)};
  plan.cluster = r.mode == "cluster";
  const bool one = r.mode == "server";
  for (const auto& text : one ? std::vector{r.address} : r.addresses) {
    const auto where = config::parse_endpoint(text);
    if (!where) return {{}, std::string(one ? "redis.address" : "redis.addresses") + " is not HOST:PORT"};
    server.host = where->host;
    server.port = where->port;
    plan.servers.push_back(server);
  }
  plan.timing.connect = r.connect_timeout;
  plan.timing.reply = r.command_timeout;
  return {[plan = std::move(plan), lease = s.presence.lease](actors::shard& home, std::size_t,
                                                             const sealer& seal) mutable {
            if (!plan.leases)
              plan.leases = std::make_shared<actors::node_leases>(home, actors::random_id(word_letters),
                                                                  plan.rooms.prefix() + "leases", lease);
            auto own = plan;
            own.word = actors::random_id(word_letters);
            return std::make_unique<actors::redis_bridge>(home, std::move(own), seal, protocol::make_codec());
          },
          {}};
}

}  // namespace

chosen_engine choose_engine(const config::settings& s) {
  if (s.engine.type == "redis") return redis_engine(s);
  return {memory_engine(s), {}};
}

}  // namespace roomd
