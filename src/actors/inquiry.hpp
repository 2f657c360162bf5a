// Answers what the HTTP side of a shard asks (core/queries.hpp) by asking directories and hubs. One a shard, for as
// long as the node runs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"
#include "actors/shard_state.hpp"
#include "core/queries.hpp"

namespace roomd::actors {

class inquiry final : public pinned<inquiry_actor::base>, public queries {
 public:
  inquiry(caf::actor_config& cfg, shard_state& s) : pinned(cfg, s.home), state_(s) {}
  const char* name() const override { return "inquiry"; }
  behavior_type make_behavior() override;

  void users(std::string room, member_query query,
             std::function<void(result<member_page_ptr>)> answer) override;
  void stats(std::function<void(std::vector<shard_stats>)> answer) override;
  void readiness(std::function<void(const node_readiness&)> answer) override;

 private:
  void know(std::vector<shard_stats> newer);

  shard_state& state_;
  std::vector<shard_stats> known_;  ///< by shard: the last that was heard of each
  bool serving_ = false;
};

}  // namespace roomd::actors
