#include "actors/node_leases.hpp"

#include <algorithm>
#include <array>
#include <utility>

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
  if (shard::current() == &home_) {
    leases_.heard(node, home_.now());
  } else {
    home_.post([self = shared_from_this(), node] { self->leases_.heard(node, self->home_.now()); });
  }
}

void node_leases::start(store::redis_port& port) {
  port_ = &port;
  home_.set_timer(*this, home_.now());
}

void node_leases::stop() {
  home_.cancel_timer(*this);
  port_ = nullptr;
}

void node_leases::link_lost() {
  leases_.link_lost();
  asking_ = false;
}

void node_leases::on_timer(time_point now) {
  if (!port_) return;
  if (!asking_) look();
  home_.set_timer(*this, std::max(leases_.next_look(now), now + retry));
}

void node_leases::look() {
  const std::array<std::string_view, 1> keys{key_};
  const std::array<std::string_view, 2> arguments{node_, lease_ms_};
  const auto asked_at = home_.now();
  asking_ = port_->run(store::scripts::lease, keys, arguments,
                       [this, asked_at](const result<store::redis_reply>& r) { take(r, asked_at); });
}

void node_leases::take(const result<store::redis_reply>& r, time_point asked_at) {
  asking_ = false;
  if (!r || !port_) return;
  const auto now = std::chrono::steady_clock::now();  // the turn may have begun before the answer came
  for (const auto& node : leases_.take(*r, asked_at, now)) {
    log().info("node.ended node={}", node);
    tell_.ended(node);
  }
  for (const auto& node : leases_.take_returned()) {
    log().info("node.returned node={}", node);
    tell_.returned(node);
  }
  if (leases_.own_lapsed()) {
    log().warn("node.lapsed node={}", node_);
    tell_.lapsed();
  }
  home_.set_timer(*this, leases_.next_look(now));
}

}  // namespace roomd::actors
