#include "actors/redis_bridge.hpp"

#include <array>
#include <chrono>
#include <utility>

namespace roomd::actors {
namespace {

constexpr auto probe_interval = std::chrono::seconds(2);  // and so long a probe may take

constexpr std::size_t most_names = 4096;

}  // namespace

redis_bridge::redis_bridge(shard& home, redis_plan plan, sealer seal, message_codec codec)
    : home_(home),
      link_(home, plan.server, plan.timing, {.waits = plan.waits}, link_side_),
      channels_(home, std::move(plan.server), plan.timing, {}, channel_side_),
      engine_(plan.rooms, *this, std::move(seal), std::move(codec), plan.word),
      probe_channel_(plan.rooms.prefix() + "{p:" + plan.word + "}"),
      leases_(std::move(plan.leases)) {
  if (!plan.sentinels.servers.empty()) sentinels_.emplace(home, plan.sentinels, plan.timing, sentinel_side_);
}

redis_bridge::~redis_bridge() = default;

void redis_bridge::start() {
  channels_.subscribe(probe_channel_);
  if (sentinels_) sentinels_->start();
  link_.start();
  channels_.start();
  if (leads()) leases_->start(link_);
  home_.set_timer(*this, home_.now() + probe_interval);
}

void redis_bridge::stop() {
  home_.cancel_timer(*this);
  if (leads()) leases_->stop();
  link_.stop();
  channels_.stop();
  if (sentinels_) sentinels_->stop();
}

std::string redis_bridge::problem() const {
  const bool commands = link_.is_up();
  if (commands && channels_.is_up() && probed_) return {};
  const std::string unknown = sentinels_ ? sentinels_->problem() : std::string();
  if (!unknown.empty()) return unknown;
  return (commands ? "no messages come from Redis at " : "no commands reach Redis at ") + link_.address();
}

void redis_bridge::count(shard_stats& n) const {
  const auto& c = engine_.counters();
  n.engine_away = problem().empty() ? 0 : 1;
  n.engine_syncs = c.syncs;
  n.engine_holes = c.holes_mended;
  n.engine_epochs = c.epochs;
  n.engine_malformed = c.malformed;
}

// --- channels ------------------------------------------------------------------------------------------------------

void redis_bridge::subscribed(std::string_view channel) {
  if (channel != probe_channel_) return engine_.on_subscribed(channel);
  probed_ = true;
  came_back_ = probe_;
}

void redis_bridge::message(std::string_view channel, std::string_view payload) {
  if (channel != probe_channel_) return engine_.on_channel_message(channel, payload);
  if (payload == std::to_string(probe_)) came_back_ = probe_;
}

void redis_bridge::channels_lost() {
  if (sentinels_) sentinels_->ask();
  probed_ = false;
  engine_.on_channels_down();
}

// --- nodes ---------------------------------------------------------------------------------------------------------

void redis_bridge::link_lost() {
  if (sentinels_) sentinels_->ask();
  if (leads()) leases_->link_lost();
  engine_.on_link_down();
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

// --- the probe -----------------------------------------------------------------------------------------------------

// The link has deadlines of its own, so a probe that does not come back although it went out tells of the channels.
void redis_bridge::on_timer(time_point now) {
  home_.set_timer(*this, now + probe_interval);
  if (!link_.is_up() || !probed_ || probing_) return;
  if (came_back_ != probe_) return channels_.renew();
  probe();
}

void redis_bridge::probe() {
  const std::string number = std::to_string(probe_ + 1);
  const std::array<std::string_view, 3> command{"SPUBLISH", probe_channel_, number};
  probing_ = link_.submit(command, [this](const result<store::redis_reply>& r) {
    probing_ = false;
    const bool went_out = r && r->what == store::redis_reply::kind::integer;
    if (!went_out) came_back_ = probe_;  // nothing to wait for
  });
  if (probing_) ++probe_;
}

}  // namespace roomd::actors
