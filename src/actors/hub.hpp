// Brings what rooms say to the sessions of one shard. One message of a room to the hub serves all members here, and
// because the answers to single sessions take the same way, nobody hears a message before the reply to its join.
// Rooms of other shards send to it, those of its own shard call it (`tell_sessions`). One a shard, for as long as the node
// runs. It also closes the shard's sessions when the node drains, and counts.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"
#include "actors/shard_state.hpp"

namespace roomd::actors {

class hub final : public pinned<hub_actor::base> {
 public:
  hub(caf::actor_config& cfg, shard_state& s) : pinned(cfg, s.home), state_(s) { state_.hub_here = this; }
  const char* name() const override { return "hub"; }
  behavior_type make_behavior() override;
  void on_exit() override {
    state_.hub_here = nullptr;
    state_.deliveries.stop();
    state_.catch_ups.stop();
    state_.joins.stop();
    state_.answers.stop();
    state_.infos.stop();
  }

  // What rooms say. On the shard's thread; an exception is told to the log and goes no further.
  void hear(const joined& m) noexcept;
  void hear(const left& m) noexcept;
  void hear(const published& m) noexcept;
  void hear(const history_read& m) noexcept;
  void hear(const members_listed& m) noexcept;
  void hear(const page_read& m) noexcept;
  void hear(const info_taken& m) noexcept;
  void hear(const refused& m) noexcept;
  void hear(const deliver& m) noexcept;
  void hear(const renumbered& m) noexcept;
  void hear(const presence_news& m) noexcept;
  void hear(const room_failed& m) noexcept;

 private:
  template <class T>
  void tell(const T& answer) noexcept;
  template <class F>
  void guarded(F&& step) noexcept;
  void drain(const drain_sessions& m);
  void drain_on();
  shard_stats numbers();

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

/// Says something to the sessions of a shard; called on the speaker's shard. What one speaker says comes in its order.
template <class T>
void tell_sessions(shard_state& from, std::size_t there, T what) {
  if (there == from.home.index() && from.hub_here) return from.hub_here->hear(what);
  caf::anon_send(from.hubs[there], std::move(what));
}

}  // namespace roomd::actors
