#include "actors/shard.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <caf/actor_system.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

namespace roomd::actors {

namespace asio = boost::asio;

namespace {

constexpr std::size_t handlers_a_turn = 256;
/// Handlers, and then actors, run for so long before the others get their turn. One handler may take as long, where it reads
/// what Redis says to many rooms, so the clock is looked at behind each; an actor takes less.
constexpr auto time_of_each = std::chrono::milliseconds(1);
constexpr std::size_t actors_a_look = 4;
/// What waits for spare time gets as much of a turn as everything before it took, within these bounds.
constexpr std::chrono::microseconds least_spare_time{500};
constexpr std::chrono::milliseconds most_spare_time{32};
/// Who slept for so long was woken by what came then, and not by what waited already.
constexpr auto real_sleep = std::chrono::microseconds(20);
constexpr std::size_t sockets_at_hand = 2048;

/// Asio keeps what it knows of a socket for later ones when it closes: as many objects as there ever were sockets at a time.
/// Made during a peak, each would hold a page of the peak's memory for ever, so some are made now and lie together. A file
/// that epoll does not take costs no descriptors.
void make_socket_states(asio::io_context& io) {
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  std::vector<asio::posix::stream_descriptor> states;
  states.reserve(sockets_at_hand);
  boost::system::error_code failed;
  while (states.size() < sockets_at_hand && !failed) states.emplace_back(io).assign(file, failed);
  for (auto& s : states) {
    if (s.is_open()) s.release();
  }
  ::close(file);
}

}  // namespace

/// Makes the calling thread the shard's for a while.
class shard::on_this_thread {
 public:
  explicit on_this_thread(shard& s) : previous_(std::exchange(current_, &s)) {}
  on_this_thread(const on_this_thread&) = delete;
  on_this_thread& operator=(const on_this_thread&) = delete;
  ~on_this_thread() { current_ = previous_; }

 private:
  shard* previous_;
};

shard::shard(caf::actor_system& system, std::size_t index, std::size_t max_throughput,
             const fault_handler& on_fault)
    : caf::execution_unit(&system),
      index_(index),
      max_throughput_(max_throughput),
      on_fault_(on_fault),
      timeouts_(*this),
      wheel_(std::chrono::steady_clock::now()),
      io_(std::in_place, 1),
      work_(io_->get_executor()),
      wake_up_(*io_) {}

shard::~shard() = default;

time_point shard::now() const {
  if (now_ == time_point{}) now_ = std::chrono::steady_clock::now();
  return now_;
}

void shard::report(std::string_view event, std::string_view what) const noexcept {
  try {
    on_fault_(event, what);
  } catch (...) {
    // There is nobody left to tell.
  }
}

/// Runs a step of the loop; an exception that leaves it is reported, and that is all.
template <class F>
void shard::guarded(std::string_view event, F&& step) noexcept {
  try {
    step();
  } catch (const std::exception& e) {
    report(event, e.what());
  } catch (...) {
    report(event, "not a std::exception");
  }
}

// --- the turn ----------------------------------------------------------------------------------------------------

void shard::run() {
  const on_this_thread scope(*this);
  guarded("shard.exception", [this] { make_socket_states(*io_); });
  while (!stop_) {
    now_ = {};
    const bool slept = idle() && sleep();
    now();
    if (!slept || crowded_) crowded_ = run_handlers();
    fire_timers();
    run_actors();
    end_turn();
  }
}

/// Waits for and runs one completion handler: Asio has no way to wait without running one. False: it was there already.
bool shard::sleep() {
  const auto wheel = wheel_.empty() ? time_point::max() : wheel_.next_tick();
  arm_wake_up(std::min(wheel, timeouts_.next()));
  guarded("shard.exception", [this] { io_->run_one(); });
  return now() - turn_ended_ > real_sleep;
}

/// A wake-up that comes too early, because what it was for is cancelled, costs an empty turn and no more.
void shard::arm_wake_up(time_point at) {
  if (at >= wakes_at_) return;
  wakes_at_ = at;
  wake_up_->expires_at(at);
  wake_up_->async_wait([this](boost::system::error_code ec) {
    if (!ec) wakes_at_ = time_point::max();
  });
}

bool shard::run_handlers() {
  const auto until = now() + time_of_each;
  std::size_t handlers = 0;
  for (; handlers < handlers_a_turn; ++handlers) {
    if (handlers > 0 && std::chrono::steady_clock::now() >= until) break;
    bool ran = true;  // also where it throws
    guarded("shard.exception", [&] { ran = io_->poll_one() != 0; });
    if (!ran) break;
  }
  return handlers != 0;
}

void shard::fire_timers() {
  if (timeouts_.next() <= now()) guarded("shard.exception", [this] { timeouts_.trigger_expired_timeouts(); });
  if (!wheel_.empty() && wheel_.next_tick() <= now()) {
    guarded("shard.exception", [this] { wheel_.advance(now()); });
  }
}

std::size_t shard::run_actors() {
  if (ready_.empty()) return 0;
  const auto until = std::chrono::steady_clock::now() + time_of_each;
  std::size_t resumed = 0;
  while (!ready_.empty()) {
    auto* job = ready_.front();
    ready_.pop_front();
    run_actor(job);
    if (++resumed % actors_a_look == 0 && std::chrono::steady_clock::now() >= until) break;
  }
  return resumed;
}

/// CAF catches what handlers throw. What still gets here left `on_exit` or a fault handler: the actor is ended.
void shard::run_actor(caf::resumable* job) {
  auto outcome = caf::resumable::done;
  bool ended = false;
  guarded("actor.exception", [&] {
    outcome = job->resume(this, max_throughput_);
    ended = true;
  });
  if (!ended && job->subtype() == caf::resumable::scheduled_actor) {
    guarded("actor.exception", [&] {
      static_cast<caf::scheduled_actor*>(job)->cleanup(make_error(caf::exit_reason::unhandled_exception),
                                                       this);
    });
  }
  if (outcome == caf::resumable::resume_later) {
    ready_.push_back(job);
  } else {
    guarded("actor.exception", [job] { intrusive_ptr_release(job); });
  }
}

void shard::end_turn() {
  turns_.end_turn([this, until = time_point{}]() mutable {
    const auto at = std::chrono::steady_clock::now();
    if (until == time_point{})
      until = at + std::clamp<time_point::duration>(at - now(), least_spare_time, most_spare_time);
    return at < until;
  });
  turn_ended_ = std::chrono::steady_clock::now();
  const auto took = turn_ended_ - now();
  loop_latency_.observe(std::chrono::duration_cast<std::chrono::microseconds>(took));
}

// --- other threads -------------------------------------------------------------------------------------------------

void shard::exec_later(caf::resumable* job) {
  if (current_ == this) {
    ready_.push_back(job);
    return;
  }
  {
    std::lock_guard lock(mutex_);
    if (!closed_) {
      handed_over_.push_back(job);
      if (!std::exchange(woken_, true)) asio::post(*io_, [this] { fetch_handed_over(); });
      return;
    }
  }
  caf::scheduler::abstract_coordinator::cleanup_and_release(job);
}

void shard::fetch_handed_over() {
  std::lock_guard lock(mutex_);
  ready_.insert(ready_.end(), handed_over_.begin(), handed_over_.end());
  handed_over_.clear();
  woken_ = false;
}

// --- the end -------------------------------------------------------------------------------------------------------

void shard::request_stop() {
  post([this] { stop_ = true; });
}

bool shard::drain() {
  const on_this_thread scope(*this);
  now_ = {};
  const bool handlers = run_handlers();
  const bool actors = run_actors() != 0;
  turns_.end_turn();
  return handlers || actors;
}

void shard::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    ready_.insert(ready_.end(), handed_over_.begin(), handed_over_.end());
    handed_over_.clear();
  }
  while (!ready_.empty()) {
    auto* job = ready_.front();
    ready_.pop_front();
    caf::scheduler::abstract_coordinator::cleanup_and_release(job);
  }
  timeouts_.cancel_all();
  wake_up_.reset();
  work_.reset();
  io_.reset();
}

}  // namespace roomd::actors
