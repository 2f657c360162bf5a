// CAF's scheduler, replaced: its workers are the shards. `runtime_config` loads it; CAF then owns it and calls
// `init`, `start` and `stop`. docs/decisions/runtime.md says why, and lists the traps of the approach.
//
// The end. `~actor_system` first waits for every actor: whoever owns actors has to end them (`caf::anon_send_exit`)
// before, else it waits for ever. `stop()` then joins the threads, runs what is still under way on all shards until
// nothing is left, so that cancelled socket operations get their handlers called, and drops the rest while the
// system that the rest may refer to still exists. The shards themselves outlive detached actors' last words.
#pragma once

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include "actors/shard.hpp"
#include "actors/shard_clock.hpp"

namespace roomd::actors {

/// To the logger `actors`, or to spdlog's default one where there is none.
void log_fault(std::string_view event, std::string_view what);

/// CAF's configuration: so many shards (0: as many as processors), our scheduler, and nothing that CAF would print
/// or read from files or the command line.
class runtime_config : public caf::actor_system_config {
 public:
  explicit runtime_config(std::size_t shards, fault_handler on_fault = log_fault);
};

class shard_scheduler final : public caf::scheduler::abstract_coordinator {
 public:
  shard_scheduler(caf::actor_system& system, fault_handler on_fault);
  shard_scheduler(const shard_scheduler&) = delete;
  shard_scheduler& operator=(const shard_scheduler&) = delete;
  ~shard_scheduler() override;

  /// Of a system that was made with a `runtime_config`.
  static shard_scheduler& of(caf::actor_system& system);
  shard& at(std::size_t i) { return *shards_.at(i); }
  std::size_t size() const { return shards_.size(); }

  // --- for CAF -------------------------------------------------------------------------------------------------

  void init(caf::actor_system_config& config) override;
  void start() override;
  void stop() override;
  /// For actors that are not pinned: the caller's shard, else the shards in turn.
  void enqueue(caf::resumable* job) override;
  caf::actor_clock& clock() noexcept override { return clock_; }

 private:
  const fault_handler on_fault_;
  std::vector<std::unique_ptr<shard>> shards_;
  std::vector<std::thread> threads_;
  shard_clock clock_;
};

}  // namespace roomd::actors
