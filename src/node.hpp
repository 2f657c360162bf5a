// The actor side of the daemon: CAF's system on the shards, and on each shard its state, hub, directory and inquiry.
// Made and destroyed by the daemon on the main thread; `on_shard` is the way in from there.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <caf/actor_system.hpp>

#include "actors/interfaces.hpp"
#include "actors/shard_scheduler.hpp"
#include "actors/shard_state.hpp"
#include "config/settings.hpp"
#include "core/queries.hpp"

#include "engines.hpp"

namespace roomd {

class node {
 public:
  node(actors::settings_ptr s, const chosen_engine& engine);
  node(const node&) = delete;
  node& operator=(const node&) = delete;
  /// Ends every actor and joins the threads. No session may be left.
  ~node();

  std::size_t shards() const { return states_.size(); }
  actors::shard& shard(std::size_t i);
  actors::shard_state& state(std::size_t i) { return *states_[i]; }
  queries& api(std::size_t i) { return *api_[i]; }
  /// Runs `f` on a shard's thread, later.
  void on_shard(std::size_t i, std::function<void()> f);

  void serve(bool yes);
  void apply(actors::settings_ptr s);
  /// Closes the sessions as `drain.*` says; `done` is called on each shard once it has none left.
  void drain(const config::drain_settings& how, std::function<void()> done);

 private:
  std::vector<std::unique_ptr<actors::shard_state>>
      states_;  ///< outlive the shards, whose last handlers count in them
  actors::runtime_config config_;
  caf::actor_system system_;
  std::vector<actors::hub_actor> hubs_;
  std::vector<actors::directory_actor> directories_;
  std::vector<actors::inquiry_actor> inquiries_;
  actors::ingest_actor ingest_;  ///< null: nobody publishes by a stream
  std::vector<queries*> api_;    ///< the inquiry actors, as the HTTP side sees them
};

}  // namespace roomd
