#include "actors/redis_bridge.hpp"

#include <chrono>
#include <utility>

#include "actors/redis_cluster.hpp"
#include "actors/redis_elected.hpp"
#include "actors/redis_servers.hpp"

namespace roomd::actors {
namespace {

constexpr std::size_t most_names = 4096;

std::unique_ptr<redis_places> make_places(shard& home, const redis_plan& plan, redis_places::observer& o) {
  const auto probe = plan.rooms.prefix() + "{p:" + plan.word;
  const redis_site::terms terms{plan.timing, plan.waits};
  if (plan.cluster) return std::make_unique<redis_cluster>(home, plan.servers, terms, probe + ':', o);
  if (plan.sentinels.servers.empty())
    return std::make_unique<redis_servers>(home, plan.servers, terms, probe + '}', o);
  return std::make_unique<redis_elected>(home, plan.servers.front(), plan.sentinels, terms, probe + '}', o);
}

}  // namespace

redis_bridge::redis_bridge(shard& home, redis_plan plan, sealer seal, message_codec codec)
    : home_(home),
      places_(make_places(home, plan, *this)),
      engine_(plan.rooms, *this, std::move(seal), std::move(codec), plan.word),
      leases_(std::move(plan.leases)) {}

redis_bridge::~redis_bridge() = default;

void redis_bridge::start() {
  places_->start();
  if (leads()) leases_->start(*this);
}

void redis_bridge::stop() {
  if (leads()) leases_->stop();
  places_->stop();
}

void redis_bridge::count(shard_stats& n) const {
  const auto& c = engine_.counters();
  n.engine_away = problem().empty() ? 0 : 1;
  n.engine_syncs = c.syncs;
  n.engine_holes = c.holes_mended;
  n.engine_epochs = c.epochs;
  n.engine_malformed = c.malformed;
  n.engine_refusals = refusals_;
}

// --- what the engine asks ------------------------------------------------------------------------------------------

bool redis_bridge::run(const store::redis_script& script, words keys, words arguments, handler done) {
  return places_->run(script, keys, arguments, std::move(done));
}

bool redis_bridge::submit(words command, handler done) {
  auto* const site = places_->speaking(command[1]);
  return site && site->link().submit(command, std::move(done));
}

const std::string& redis_bridge::generation(std::string_view key) const {
  static const std::string unknown;
  auto* const site = places_->serving(key);
  return site ? site->link().generation() : unknown;
}

void redis_bridge::learn_generation(std::string_view key, std::string_view generation) {
  if (auto* const site = places_->serving(key)) site->link().learn_generation(generation);
}

bool redis_bridge::up(std::string_view key) const {
  auto* const site = places_->serving(key);
  return site && site->link().is_up();
}

unix_ms redis_bridge::server_time(std::string_view key) const {
  auto* const site = places_->serving(key);
  return site && site->link().is_up() ? site->link().server_time() : now().wall;
}

const redis_server* redis_bridge::serving(std::string_view key) const {
  auto* const site = places_->serving(key);
  return site ? &site->link().server() : nullptr;
}

// --- what the places tell ------------------------------------------------------------------------------------------

void redis_bridge::on_message(std::string_view channel, std::string_view payload) {
  if (leads() && leases_->take_message(channel, payload)) return;
  engine_.on_channel_message(channel, payload);
}

std::vector<std::string> redis_bridge::channels(const scope& which) const {
  auto all = engine_.channels(which);
  if (leads() && which(leases_->key())) {
    for (auto& channel : leases_->channels()) all.push_back(std::move(channel));
  }
  return all;
}

// --- nodes ---------------------------------------------------------------------------------------------------------

void redis_bridge::on_places_down(const scope& which) {
  if (leads() && which(leases_->key())) leases_->link_lost();
  engine_.on_link_down(which);
}

// A lively node is heard often; its name goes to the other shard once a second.
void redis_bridge::heard(const std::string& node) {
  if (heard_.size() >= most_names) heard_.clear();
  auto& told = heard_[node];
  if (told != time_point{} && home_.now() - told < std::chrono::seconds(1)) return;
  told = home_.now();
  leases_->heard(node);
}

void redis_bridge::watch(const store::node_watch& tell) {
  if (leads()) leases_->watch(tell);
}

}  // namespace roomd::actors
