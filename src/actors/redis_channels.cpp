#include "actors/redis_channels.hpp"

#include <algorithm>
#include <utility>

namespace roomd::actors {
namespace {

/// Channels that all connections together may have asked for and not been told of, so that a node that comes back with many
/// rooms does not keep the server from others.
constexpr std::size_t most_unconfirmed = 1024;
constexpr std::size_t least_unconfirmed = 16;  // of one connection
constexpr std::size_t channels_a_command = 256;

redis_subscriber::bounds bounds_for(const redis_server& server) {
  redis_subscriber::bounds b;
  // In a cluster they are in different slots.
  b.channels = {server.clustered ? 1 : channels_a_command, most_unconfirmed};
  return b;
}

}  // namespace

/// A connection, and what is known of its probes.
class redis_channels::lane final : private redis_subscriber::observer {
 public:
  lane(redis_channels& o, std::size_t number)
      : subscriber(o.home_, o.server_, o.timing_, bounds_for(o.server_), *this), owner_(o), number_(number) {}

  void probe_by(std::string_view channel, std::string_view before) {
    if (!before.empty()) subscriber.unsubscribe(before);
    probed = false;
    if (!channel.empty() && subscriber.subscribe(channel)) confirm_probes();
  }
  void start() {
    started = owner_.home_.now();
    was_up = false;
    subscriber.start();
  }
  void stop() {
    started.reset();
    subscriber.stop();
  }
  bool serves() const { return subscriber.is_up() && probed; }

  redis_subscriber subscriber;
  std::size_t channels = 0;     ///< that are wanted there, but the probes'
  std::uint64_t came_back = 0;  ///< the last probe that came
  bool probed = false;          ///< the probes' channel is there
  bool was_up = false;          ///< since it was started
  std::optional<time_point> started;

 private:
  void on_redis_up() override {}
  void on_redis_down() override {
    probed = false;
    owner_.observer_.on_channels_lost(number_);
  }
  void on_redis_subscribed(std::string_view channel) override {
    if (channel == owner_.probe_channel_) return confirm_probes();
    owner_.observer_.on_channel_subscribed(channel);
  }
  void on_redis_message(std::string_view channel, std::string_view payload) override {
    if (channel != owner_.probe_channel_) return owner_.observer_.on_channel_message(channel, payload);
    if (payload == std::to_string(owner_.probe_)) came_back = owner_.probe_;
  }
  void on_redis_refused(std::string_view channel) override {
    if (channel == owner_.probe_channel_) {
      probed = false;
    } else {
      owner_.leave(channel);
    }
    owner_.observer_.on_channel_refused(channel);
  }
  void confirm_probes() {
    probed = was_up = true;
    came_back = owner_.probe_;
  }

  redis_channels& owner_;
  const std::size_t number_;
};

redis_channels::redis_channels(shard& home, redis_server server, const redis_timing& timing, const bounds& b,
                               observer& o)
    : home_(home), server_(std::move(server)), timing_(timing), observer_(o), bounds_(b) {
  add_lane();
}

redis_channels::~redis_channels() = default;

void redis_channels::start() {
  running_ = true;
  for (const auto& each : lanes_) {
    if (in_use(*each)) each->start();
  }
}

void redis_channels::stop() {
  running_ = false;
  for (const auto& each : lanes_) each->stop();
}

void redis_channels::move_to(const std::string& host, std::uint16_t port) {
  server_.host = host;
  server_.port = port;
  for (const auto& each : lanes_) each->subscriber.move_to(host, port);
}

// --- channels ------------------------------------------------------------------------------------------------------

bool redis_channels::subscribe(std::string_view channel) {
  if (const auto found = lane_of_.find(channel); found != lane_of_.end())
    return lanes_[found->second]->subscriber.subscribe(channel);
  const std::size_t number = with_a_place();
  lane& where = *lanes_[number];
  lane_of_.emplace(channel, static_cast<std::uint32_t>(number));
  ++where.channels;
  const bool there = where.subscriber.subscribe(channel);
  if (running_ && !where.started) where.start();
  return there;
}

void redis_channels::unsubscribe(std::string_view channel) {
  const auto at = connection_of(channel);
  if (!at) return;
  leave(channel);
  lanes_[*at]->subscriber.unsubscribe(channel);
}

/// `channel` may be the table's own text.
void redis_channels::leave(std::string_view channel) {
  const auto found = lane_of_.find(channel);
  if (found == lane_of_.end()) return;
  --lanes_[found->second]->channels;
  lane_of_.erase(found);
}

bool redis_channels::hears(std::string_view channel) const {
  const auto at = connection_of(channel);
  return at && lanes_[*at]->subscriber.hears(channel);
}

bool redis_channels::listens(std::string_view channel) const {
  const auto at = connection_of(channel);
  return at && lanes_[*at]->subscriber.is_up();
}

std::optional<std::size_t> redis_channels::connection_of(std::string_view channel) const {
  const auto found = lane_of_.find(channel);
  if (found == lane_of_.end()) return {};
  return found->second;
}

std::size_t redis_channels::bytes() const {
  std::size_t all = lane_of_.size() * store::redis_subscriptions::bytes_a_channel;
  for (const auto& each : lanes_) all += sizeof(lane) + each->subscriber.bytes();
  return all;
}

/// The first ones are filled first, so that the last ones run empty when there are fewer channels.
std::size_t redis_channels::with_a_place() {
  const auto found =
      std::find_if(lanes_.begin(), lanes_.end(), [&](auto& l) { return l->channels < bounds_.each; });
  const auto number = static_cast<std::size_t>(found - lanes_.begin());
  if (number == lanes_.size()) add_lane();
  return number;
}

void redis_channels::add_lane() {
  lanes_.push_back(std::make_unique<lane>(*this, lanes_.size()));
  const auto unconfirmed = std::max(least_unconfirmed, most_unconfirmed / lanes_.size());
  for (const auto& each : lanes_) each->subscriber.hold_to(unconfirmed);
  lanes_.back()->probe_by(probe_channel_, {});
}

bool redis_channels::in_use(const lane& l) const { return &l == lanes_.front().get() || l.channels > 0; }

// --- probes --------------------------------------------------------------------------------------------------------

void redis_channels::probe_by(std::string channel) {
  const auto before = std::exchange(probe_channel_, std::move(channel));
  for (const auto& each : lanes_) each->probe_by(probe_channel_, before);
}

void redis_channels::probe_lost() {
  for (const auto& each : lanes_) each->came_back = probe_;
}

void redis_channels::look_after() {
  for (const auto& each : lanes_) {
    if (!each->started) continue;
    if (!in_use(*each)) {
      each->stop();
    } else if (!each->probed) {
      each->subscriber.subscribe(probe_channel_);  // it may have been refused
    } else if (each->came_back != probe_) {
      each->subscriber.renew();
    }
  }
}

/// One that is made because there are more rooms is no fault for as long as that may take.
bool redis_channels::are_up() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [&](const auto& l) {
    const bool is_new = l != lanes_.front() && l->started && !l->was_up &&
                        home_.now() - *l->started < timing_.connect + timing_.reply;
    return !in_use(*l) || l->serves() || is_new;
  });
}

std::string_view redis_channels::reason() const {
  const auto found = std::find_if(lanes_.begin(), lanes_.end(),
                                  [&](const auto& l) { return in_use(*l) && !l->subscriber.is_up(); });
  return found == lanes_.end() ? std::string_view() : std::string_view((*found)->subscriber.reason());
}

}  // namespace roomd::actors
