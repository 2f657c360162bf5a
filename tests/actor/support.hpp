// What the tests of actors share: an actor system on shards that ends its actors itself, actors made of a lambda,
// and waiting with a deadline.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/pinned.hpp"
#include "actors/shard_scheduler.hpp"

#include "catch.hpp"

namespace roomd::actors::testing {

using namespace std::chrono_literals;

/// Far more than anything here takes, also with sanitizers on a machine that is busy.
inline constexpr auto deadline = 120s;

template <class T>
T await(std::future<T> f) {
  REQUIRE(f.wait_for(deadline) == std::future_status::ready);
  return f.get();
}

/// A promise that may be kept from any thread, more than once; only the first value counts.
template <class T>
class outcome {
 public:
  void set(T value) {
    if (!set_.exchange(true)) promise_.set_value(std::move(value));
  }
  T await() { return testing::await(promise_.get_future()); }

 private:
  std::atomic<bool> set_ = false;
  std::promise<T> promise_;
};

template <class T>
using outcome_ptr = std::shared_ptr<outcome<T>>;
template <class T>
outcome_ptr<T> make_outcome() {
  return std::make_shared<outcome<T>>();
}

/// What the runtime reported.
class fault_log {
 public:
  void add(std::string_view event, std::string_view what) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::string(event) + " " + std::string(what));
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// A pinned actor made of a function that returns its behaviour.
class scripted : public pinned<caf::event_based_actor> {
 public:
  using script = std::function<caf::behavior(scripted&)>;
  using last_words = std::function<void(scripted&)>;

  scripted(caf::actor_config& config, shard& home, script body, last_words at_exit = {})
      : pinned(config, home), body_(std::move(body)), at_exit_(std::move(at_exit)) {}
  caf::behavior make_behavior() override { return body_(*this); }
  const char* name() const override { return "scripted"; }
  void on_exit() override {
    if (at_exit_) at_exit_(*this);
  }

 private:
  script body_;
  last_words at_exit_;
};

/// The same, not pinned. CAF would take a plain function as well, but binds a null reference where it has no
/// arguments, which the sanitizer reports.
class unpinned : public caf::event_based_actor {
 public:
  using script = std::function<caf::behavior(unpinned&)>;

  unpinned(caf::actor_config& config, script body) : event_based_actor(config), body_(std::move(body)) {}
  caf::behavior make_behavior() override { return body_(*this); }

 private:
  script body_;
};

/// An actor system on so many shards. Its end ends the actors that it spawned, also where a test fails.
class runtime {
 public:
  explicit runtime(std::size_t shards)
      : config_(shards, [this](std::string_view event, std::string_view what) { faults_.add(event, what); }),
        system_(config_) {}
  ~runtime() {
    for (const auto& each : spawned_) caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
  }

  caf::actor_system& system() { return system_; }
  shard& at(std::size_t i) { return shard_scheduler::of(system_).at(i); }
  std::vector<std::string> faults() const { return faults_.lines(); }

  template <class... Args>
  caf::actor spawn(std::size_t home, Args&&... args) {
    spawned_.push_back(system_.spawn<scripted>(at(home), std::forward<Args>(args)...));
    return spawned_.back();
  }
  /// Runs `f` on a shard and brings back what it returns.
  template <class F>
  auto on(std::size_t home, F f) {
    std::packaged_task<decltype(f())()> task(std::move(f));
    auto done = task.get_future();
    at(home).post(std::move(task));
    return await(std::move(done));
  }

 private:
  fault_log faults_;
  runtime_config config_;
  caf::actor_system system_;
  std::vector<caf::actor> spawned_;
};

}  // namespace roomd::actors::testing
