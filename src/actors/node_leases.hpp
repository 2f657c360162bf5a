// This node's lease among the nodes that share a Redis, and which of the others have ended (store/redis_leases.hpp). One a
// node, on its first shard; the other shards' rooms tell it of names that they hear. The leases are one key, at one place;
// while that is away nobody ends, wherever the rooms are.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "actors/shard.hpp"
#include "core/timing_wheel.hpp"
#include "store/redis_leases.hpp"
#include "store/redis_port.hpp"
#include "store/store.hpp"

namespace roomd::actors {

class node_leases final : public std::enable_shared_from_this<node_leases>, private wheel_timer {
 public:
  /// `key`: of the leases in Redis. `node`: this one's name.
  node_leases(shard& home, std::string node, std::string key, std::chrono::milliseconds lease);

  const shard& home() const { return home_; }
  const std::string& node() const { return node_; }
  const std::string& key() const { return key_; }
  /// What it listens to, on the first shard: all nodes' beats, and one by which others see that it is connected.
  std::array<std::string, 2> channels() const { return {key_, key_ + ':' + node_}; }
  /// Called on the first shard.
  void watch(store::node_watch tell) { tell_ = std::move(tell); }
  /// From any shard.
  void heard(const std::string& node);

  // On the first shard: the port is there, until stop().
  void start(store::redis_port& port);
  void stop();
  /// The key's place is away.
  void link_lost();
  /// False: the channel is none of the leases'.
  bool take_message(std::string_view channel, std::string_view payload);

 private:
  void on_timer(time_point now) override;
  void arm(time_point now);
  void look(time_point now);
  void tell_of_returned();
  void take(const result<store::redis_reply>& r, time_point asked_at);

  shard& home_;
  std::string node_;
  std::string key_;
  std::string lease_ms_;
  store::redis_leases leases_;
  store::redis_port* port_ = nullptr;
  bool asking_ = false;
  store::node_watch tell_;
};

}  // namespace roomd::actors
