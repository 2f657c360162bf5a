// Time for CAF: receive and request time-outs and delayed messages. Each shard keeps its own (`shard_timeouts`, used
// on its thread only), so that setting one costs neither lock nor hop; `shard_clock` is what CAF sees, one for the
// whole system, and chooses the caller's shard. Threads that are no shard's hand theirs to the first shard.
//
// An actor that moves between shards may leave a time-out on the one where it was set. It fires there, finds
// that nobody waits for it any more, and is dropped by CAF. The same happens to the time-out of every request that
// is answered in time: CAF 0.17 never cancels it, so that it stays until its time and holds the asking actor. On a
// hot path ask without `request`.
#pragma once

#include <algorithm>  // simple_actor_clock.hpp uses it and does not include it
#include <cstdint>
#include <memory>
#include <vector>

#include <caf/actor_clock.hpp>
#include <caf/detail/simple_actor_clock.hpp>

#include "core/time.hpp"

namespace roomd::actors {

class shard;

class shard_timeouts final : public caf::detail::simple_actor_clock {
 public:
  explicit shard_timeouts(const shard& owner) : owner_(owner) {}
  time_point now() const noexcept override;
  /// When to call `trigger_expired_timeouts`; `time_point::max()` where nothing is set.
  time_point next() const { return schedule_.empty() ? time_point::max() : schedule_.begin()->first; }

  // By the actor's id, because an actor that cancels may be on its way out: see `shard_clock`.
  void cancel_ordinary_timeout_of(caf::actor_id id, caf::atom_value type);
  void cancel_request_timeout_of(caf::actor_id id, caf::message_id request);
  void cancel_timeouts_of(caf::actor_id id);

 private:
  const shard& owner_;
};

/// From any thread. A call that sets something holds the actor; one that cancels must not: CAF cancels while an
/// actor is destroyed, when its reference count is zero already and a new reference would destroy it twice.
class shard_clock final : public caf::actor_clock {
 public:
  explicit shard_clock(const std::vector<std::unique_ptr<shard>>& shards) : shards_(shards) {}

  time_point now() const noexcept override;
  void set_ordinary_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                            std::uint64_t id) override;
  void set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                         std::uint64_t id) override;
  void set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) override;
  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override;
  void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override;
  void cancel_timeouts(caf::abstract_actor* self) override;
  void schedule_message(time_point t, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override;
  void schedule_message(time_point t, caf::group target, caf::strong_actor_ptr sender,
                        caf::message content) override;
  void cancel_all() override;

 private:
  template <class F>
  void with_timeouts(F f);

  const std::vector<std::unique_ptr<shard>>& shards_;
};

}  // namespace roomd::actors
