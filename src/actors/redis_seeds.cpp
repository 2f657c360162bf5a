#include "actors/redis_seeds.hpp"

#include <utility>

#include "actors/redis_map_question.hpp"

namespace roomd::actors {
namespace {

redis_server to_be_asked(redis_server server) {
  server.clustered = server.replica_too = true;
  return server;
}

}  // namespace

redis_seeds::seed::seed(redis_seeds& owner, shard& home, const redis_server& server,
                        const redis_timing& timing)
    : owner_(owner), link_(home, to_be_asked(server), timing, {}, *this) {}

// Who cannot say is asked again with its next connection.
void redis_seeds::seed::on_redis_up() {
  ask_cluster_map(link_, [this](const std::optional<store::redis_cluster_map>& map) {
    if (map && !map->masters.empty()) return owner_.tell_(*map);
    link_.renew("map");
  });
}

redis_seeds::redis_seeds(shard& home, const std::vector<redis_server>& servers, const redis_timing& timing,
                         found tell)
    : tell_(std::move(tell)) {
  for (const auto& each : servers) seeds_.push_back(std::make_unique<seed>(*this, home, each, timing));
}

void redis_seeds::start() {
  for (const auto& each : seeds_) each->link().start();
}

void redis_seeds::stop() {
  for (const auto& each : seeds_) each->link().stop();
}

std::string redis_seeds::text() const {
  std::string all;
  for (const auto& each : seeds_) all += (all.empty() ? "" : ", ") + address_of(each->link().server());
  return all;
}

}  // namespace roomd::actors
