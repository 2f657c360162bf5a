#include "actors/node_leases.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "actors/log.hpp"

namespace roomd::actors {
namespace {

constexpr auto retry = std::chrono::milliseconds(500);  // where there was no answer

}  // namespace

node_leases::node_leases(shard& home, std::string node, std::string key, std::chrono::milliseconds lease)
    : home_(home),
      node_(std::move(node)),
      key_(std::move(key)),
      lease_ms_(std::to_string(lease.count())),
      leases_(node_, lease) {}

void node_leases::heard(const std::string& node) {
  if (shard::current() != &home_) return home_.post([self = shared_from_this(), node] { self->heard(node); });
  leases_.heard(node, home_.now());
  if (port_) arm(home_.now());
}

void node_leases::start(store::redis_port& port) {
  port_ = &port;
  for (const auto& channel : channels()) port.subscribe(channel);
  arm(home_.now());
}

void node_leases::stop() {
  home_.cancel_timer(*this);
  port_ = nullptr;
}

void node_leases::link_lost() {
  leases_.link_lost();
  asking_ = false;
}

bool node_leases::take_message(std::string_view channel, std::string_view payload) {
  if (channel != key_) return channel.starts_with(key_);
  leases_.take_beat(payload, home_.now());
  tell_of_returned();
  return true;
}

void node_leases::arm(time_point now) {
  const auto next = leases_.next_look(now);
  home_.set_timer(*this, asking_ ? std::max(next, now + retry) : next);
}

void node_leases::on_timer(time_point now) {
  if (!port_) return;
  if (asking_ || leases_.next_look(now) > now) return arm(now);
  look(now);
  home_.set_timer(*this, now + retry);
}

void node_leases::look(time_point now) {
  const std::array<std::string_view, 1> keys{key_};
  std::vector<std::string_view> arguments{node_, lease_ms_};
  const auto late = leases_.late(now);
  arguments.insert(arguments.end(), late.begin(), late.end());
  asking_ = port_->run(store::scripts::lease, keys, arguments, store::redis_want::command,
                       [this, now](const result<store::redis_reply>& r) { take(r, now); });
}

void node_leases::take(const result<store::redis_reply>& r, time_point asked_at) {
  asking_ = false;
  if (!r || !port_) return;
  const auto now = std::chrono::steady_clock::now();  // the turn may have begun before the answer came
  for (const auto& node : leases_.take(*r, asked_at, now)) {
    log().info("node.ended node={}", node);
    tell_.ended(node);
  }
  tell_of_returned();
  if (leases_.own_lapsed()) {
    log().warn("node.lapsed node={}", node_);
    tell_.lapsed();
  }
  arm(now);
}

void node_leases::tell_of_returned() {
  for (const auto& node : leases_.take_returned()) {
    log().info("node.returned node={}", node);
    tell_.returned(node);
  }
}

}  // namespace roomd::actors
