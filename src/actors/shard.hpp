// A shard is one thread with one io_context, on which sockets and actors take turns; nothing on it ever runs at the
// same time as anything else on it. It is also CAF's execution unit for the actors that wake on this thread.
//
// A turn: completion handlers of sockets, timers, actors, then what `turns()` has gathered, and at last what waits there
// for spare time. Handlers, actors and spare work are bounded in time, so that none starves the others. The thread sleeps only when nothing waits, the turn queue
// included. An exception that leaves a handler or an actor is reported and ends neither the turn's other work nor
// the thread; an actor that throws while it runs ends, one whose completion handler throws does not.
//
// The scheduler owns the shards. They exist before the first actor and live until the actor system is gone, but
// their io_contexts end earlier, in `close()`. Where nothing else is said, a function is for the own thread only.
//
// A blocking call (DNS, files, a mutex held long) in a handler stops every session of the shard: that belongs into a
// detached actor.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>

#include "actors/shard_clock.hpp"
#include "core/stats.hpp"
#include "core/timing_wheel.hpp"
#include "core/turn.hpp"

namespace roomd::actors {

/// Hears of what goes wrong: a stable event id (`shard.exception`, `actor.exception`, `actor.unexpected`,
/// `actor.unreachable`) and what happened. Called on the thread where it happened, maybe on several at once.
using fault_handler = std::function<void(std::string_view event, std::string_view what)>;

class shard final : public caf::execution_unit {
 public:
  shard(caf::actor_system& system, std::size_t index, std::size_t max_throughput,
        const fault_handler& on_fault);
  shard(const shard&) = delete;
  shard& operator=(const shard&) = delete;
  ~shard() override;

  /// The shard whose thread this is; nullptr on other threads.
  static shard* current() noexcept { return current_; }

  /// From any thread, until the scheduler stops.
  boost::asio::io_context& io() { return *io_; }
  /// From any thread.
  std::size_t index() const { return index_; }
  /// Read at most once a turn, when first asked for.
  time_point now() const;
  turn_queue& turns() { return turns_; }
  void set_timer(wheel_timer& t, time_point deadline) { wheel_.set(t, deadline); }
  void cancel_timer(wheel_timer& t) { wheel_.cancel(t); }
  /// CAF's timeouts and delayed messages.
  shard_timeouts& timeouts() { return timeouts_; }
  /// Actors waiting for their turn.
  std::size_t depth() const { return ready_.size(); }
  /// How long turns took, sleeping not counted. Of a turn that ends a sleep the first handler counts from its
  /// first look at `now()`, because Asio sleeps and runs it in one call.
  const latency_histogram& loop_latency() const { return loop_latency_; }

  /// From any thread. Takes over one reference.
  void exec_later(caf::resumable* job) override;
  /// Runs `f` on this shard; once the scheduler has stopped, drops it. From any thread.
  template <class F>
  void post(F f);
  /// Tells the fault handler. From any thread.
  void report(std::string_view event, std::string_view what) const noexcept;

  // --- for the scheduler ---------------------------------------------------------------------------------------

  /// The thread's loop, until `request_stop()`.
  void run();
  /// From any thread.
  void request_stop();
  /// Runs on the calling thread, once the own one has ended, what waits now. False: nothing did.
  bool drain();
  /// After all shards are drained: ends the actors that are left, then drops every pending handler and timer.
  void close();

 private:
  class on_this_thread;

  bool idle() const { return ready_.empty() && turns_.empty(); }
  bool run_handlers();
  bool sleep();
  void arm_wake_up(time_point at);
  void fire_timers();
  std::size_t run_actors();
  void run_actor(caf::resumable* job);
  void end_turn();
  void fetch_handed_over();
  template <class F>
  void guarded(std::string_view event, F&& step) noexcept;

  static constinit inline thread_local shard* current_ = nullptr;

  const std::size_t index_;
  const std::size_t max_throughput_;
  const fault_handler& on_fault_;
  bool stop_ = false;
  mutable time_point now_{};  ///< the epoch: not read in this turn
  time_point turn_ended_{};   ///< the last one
  /// The last look for handlers found some. While there are none to find, a handler that ends a sleep is alone, and the
  /// look, a system call, is left out.
  bool crowded_ = true;
  std::deque<caf::resumable*> ready_;
  turn_queue turns_;
  shard_timeouts timeouts_;
  timing_wheel wheel_;
  latency_histogram loop_latency_;

  std::optional<boost::asio::io_context> io_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::optional<boost::asio::steady_timer> wake_up_;
  time_point wakes_at_ = time_point::max();

  // What other threads hand over: the only lock of the daemon. Whoever finds it empty wakes the shard, so that a
  // batch costs one wake-up. The wake-up is posted under the lock, because afterwards the io_context may be gone.
  alignas(64) std::mutex mutex_;
  std::vector<caf::resumable*> handed_over_;
  bool woken_ = false;
  bool closed_ = false;
};

template <class F>
void shard::post(F f) {
  std::lock_guard lock(mutex_);
  if (!closed_) boost::asio::post(*io_, std::move(f));
}

}  // namespace roomd::actors
