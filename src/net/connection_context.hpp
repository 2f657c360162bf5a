// What the connections of one shard share: the shard, the node, the settings of now, and the lists that they are in. Its
// server owns it, and it outlives the connections; every function is for the shard's thread, or for any while no loop runs.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>
#include <utility>

#include "config/settings.hpp"
#include "net/connection_registry.hpp"
#include "net/log_limit.hpp"
#include "net/node_state.hpp"
#include "net/peer_table.hpp"
#include "net/shard_context.hpp"

namespace roomd::net {

class connection_context {
 public:
  /// `node` outlives it.
  connection_context(shard_context shard, node_state& node, std::shared_ptr<const config::settings> settings);

  shard_context& shard() { return shard_; }
  node_state& node() { return node_; }
  connection_registry& connections() { return connections_; }
  /// Those that have such a place.
  peer_table& peers(http_place p) { return p == http_place::full ? peers_ : reserve_; }
  /// Those of now: what begins holds on to them, since a reload brings others.
  const std::shared_ptr<const config::settings>& settings() const { return settings_; }
  void use(std::shared_ptr<const config::settings> settings) { settings_ = std::move(settings); }

  /// The node is about to go: answers say `Connection: close`.
  void leave() { leaving_ = true; }
  /// Nothing new begins: upgrades are refused.
  void drain() { draining_ = true; }
  bool leaving() const { return leaving_ || draining_; }
  bool draining() const { return draining_; }

  /// Now and then; the others are counted.
  void log_refused_origin(std::string_view origin, std::string_view peer);
  void set_timer(wheel_timer& t, std::chrono::milliseconds after);
  void cancel_timer(wheel_timer& t);

 private:
  shard_context shard_;
  node_state& node_;
  std::shared_ptr<const config::settings> settings_;
  connection_registry connections_;
  peer_table peers_;
  peer_table reserve_;
  log_limit refused_origins_;
  bool leaving_ = false;
  bool draining_ = false;
};

}  // namespace roomd::net
