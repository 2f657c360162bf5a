#include "actors/redis_bridge.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "actors/redis_cluster.hpp"
#include "actors/redis_elected.hpp"
#include "actors/redis_servers.hpp"

namespace roomd::actors {
namespace {

constexpr std::size_t most_names = 4096;
constexpr auto work_time = std::chrono::microseconds(700);  // in a turn
constexpr std::size_t rooms_a_look = 32;                    // at the clock
constexpr auto between_shares = std::chrono::milliseconds(50);

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
  running_ = true;
  places_->start();
  if (leads()) leases_->start(*this);
}

void redis_bridge::stop() {
  if (leads()) leases_->stop();
  places_->stop();
  running_ = false;
  home_.turns().unmark(*this);
  home_.cancel_timer(*this);
}

void redis_bridge::count(shard_stats& n) const {
  const auto& c = engine_.counters();
  n.engine_problem = problem();
  n.engine_away = n.engine_problem.empty() ? 0 : 1;
  n.engine_unserved = c.unserved;
  n.engine_syncs = c.syncs;
  n.engine_holes = c.holes_mended;
  n.engine_epochs = c.epochs;
  n.engine_malformed = c.malformed;
  n.engine_refusals = refusals_;
  n.memory.engine = engine_.room_bytes() + places_->bytes();
}

// --- what the engine asks ------------------------------------------------------------------------------------------

bool redis_bridge::run(const store::redis_script& script, words keys, words arguments, store::redis_want as,
                       handler done) {
  return places_->run(script, keys, arguments, as, std::move(done));
}

bool redis_bridge::submit(words command, store::redis_want as, handler done) {
  auto* const site = places_->speaking(command[1]);
  return site && site->link().submit(command, as, std::move(done));
}

bool redis_bridge::is_free(std::string_view key, store::redis_want as) const {
  auto* const site = places_->serving(key);
  return site && site->link().is_free(as);
}

void redis_bridge::wait(std::string_view key, store::redis_want as, std::weak_ptr<store::redis_waiter> who) {
  if (auto* const site = places_->serving(key)) site->link().wait(as, std::move(who));
}

bool redis_bridge::listens(std::string_view channel) const {
  auto* const site = places_->speaking(channel);
  return site && site->channels().listens(channel);
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

void redis_bridge::on_places_up(const scope& which) {
  engine_.on_link_up(which);
  go_on();
}

void redis_bridge::on_places_down(const scope& which) {
  if (leads() && which(leases_->key())) leases_->link_lost();
  engine_.on_link_down(which);
  go_on();
}

void redis_bridge::on_channels_down(const scope& which) {
  engine_.on_channels_down(which);
  go_on();
}

// --- all rooms, in portions ----------------------------------------------------------------------------------------

void redis_bridge::sweep(store::moment at) {
  engine_.sweep(at);
  go_on();
}

void redis_bridge::go_on() {
  if (running_) home_.turns().mark(*this);
}

void redis_bridge::on_turn_end() noexcept {
  const auto until = std::chrono::steady_clock::now() + work_time;
  try {
    while (engine_.work(rooms_a_look)) {
      if (std::chrono::steady_clock::now() >= until) return home_.turns().mark_next(*this);
    }
  } catch (const std::exception& fault) {
    home_.report("actor.exception", fault.what());
    return home_.turns().mark_next(*this);
  }
  if (running_) home_.set_timer(*this, home_.now() + between_shares);
}

void redis_bridge::on_timer(time_point now) {
  if (engine_.sweep_on({now, moment_of(home_).wall})) go_on();
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
