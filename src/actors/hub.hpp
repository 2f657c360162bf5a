// Brings what rooms say to the sessions of one shard. One message of a room to the hub serves all members here, and
// because the answers to single sessions take the same way, nobody hears a message before the reply to its join.
// One a shard, for as long as the node runs. It also closes the shard's sessions when the node drains, and counts.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"
#include "actors/shard_state.hpp"

namespace roomd::actors {

class hub final : public pinned<hub_actor::base> {
 public:
  hub(caf::actor_config& cfg, shard_state& s) : pinned(cfg, s.home), state_(s) {}
  const char* name() const override { return "hub"; }
  behavior_type make_behavior() override;
  void on_exit() override {
    state_.deliveries.stop();
    state_.catch_ups.stop();
    state_.joins.stop();
  }

 private:
  template <class T>
  void tell(const T& answer);
  void on(const deliver& m);
  void on(const renumbered& m);
  void on(const presence_news& m);
  void on(const room_failed& m);
  void on(const drain_sessions& m);
  void drain_on();
  shard_stats numbers() const;

  shard_state& state_;
  /// A drain: who is still to be closed, and when it began and ends.
  struct {
    std::vector<std::uint64_t> left;
    std::size_t all = 0;
    time_point begun;
    std::chrono::milliseconds window{};
    time_point cut_off;
    std::function<void()> done;
  } drain_;
};

}  // namespace roomd::actors
