#include "actors/shard_scheduler.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <caf/atom.hpp>
#include <caf/detail/set_thread_name.hpp>
#include <spdlog/spdlog.h>

namespace roomd::actors {

namespace {

/// Messages that one actor may take before the others get their turn.
constexpr std::size_t messages_a_resume = 200;
/// A bound for what keeps itself alive by messages to itself.
constexpr int drain_rounds = 1000;

}  // namespace

void log_fault(std::string_view event, std::string_view what) {
  auto logger = spdlog::get("actors");
  if (!logger) logger = spdlog::default_logger();
  logger->error("{} what=\"{}\"", event, what);
}

runtime_config::runtime_config(std::size_t shards, fault_handler on_fault) {
  if (shards == 0) shards = std::max(std::thread::hardware_concurrency(), 1U);
  set("scheduler.max-threads", shards);
  set("scheduler.max-throughput", messages_a_resume);
  set("logger.verbosity", caf::atom("quiet"));
  module_factories.push_back([handler = std::move(on_fault)](caf::actor_system& system) {
    return static_cast<caf::actor_system::module*>(new shard_scheduler(system, handler));
  });
}

shard_scheduler::shard_scheduler(caf::actor_system& system, fault_handler on_fault)
    : abstract_coordinator(system), on_fault_(std::move(on_fault)), clock_(shards_) {}

shard_scheduler::~shard_scheduler() = default;

shard_scheduler& shard_scheduler::of(caf::actor_system& system) {
  return static_cast<shard_scheduler&>(system.scheduler());
}

/// CAF makes its own first actors between `init` and `start`, so that the shards exist before their threads.
void shard_scheduler::init(caf::actor_system_config& config) {
  abstract_coordinator::init(config);
  for (std::size_t i = 0; i < num_workers_; ++i) {
    shards_.push_back(std::make_unique<shard>(system_, i, max_throughput_, on_fault_));
  }
}

void shard_scheduler::start() {
  for (const auto& each : shards_) {
    threads_.emplace_back([this, &home = *each] {
      caf::detail::set_thread_name(("shard " + std::to_string(home.index())).c_str());
      system_.thread_started();
      home.run();
      system_.thread_terminates();
    });
  }
  abstract_coordinator::start();
}

void shard_scheduler::stop() {
  stop_actors();
  for (const auto& each : shards_) each->request_stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  // One shard's last messages wake another's actors: round and round until all are quiet.
  bool busy = true;
  for (int round = 0; busy && round < drain_rounds; ++round) {
    busy = false;
    for (const auto& each : shards_) busy |= each->drain();
  }
  for (const auto& each : shards_) each->close();
}

void shard_scheduler::enqueue(caf::resumable* job) {
  if (auto* here = shard::current()) {
    here->exec_later(job);
  } else {
    shards_[next_worker_++ % shards_.size()]->exec_later(job);
  }
}

}  // namespace roomd::actors
