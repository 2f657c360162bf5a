#include "daemon.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

#include "actors/random_id.hpp"
#include "config/problem.hpp"
#include "config/reload.hpp"
#include "config/validate.hpp"

#include "logging.hpp"
#include "service_manager.hpp"

namespace roomd {
namespace {

constexpr std::chrono::milliseconds answer_step{20};
constexpr int answer_steps = 50;

/// As many descriptors as the system lets us have: each connection is one.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

/// The settings and what they name, each read once.
struct daemon::read_files {
  checked_settings settings;
  net::tls_loaded tls = {};
  chosen_engine engine = {};

  static read_files at_start(const command_line& flags, const inherited_sockets& inherited) {
    read_files all{read_settings(flags, inherited, opens::files_and_addresses)};
    if (!all.settings.problems.empty()) return all;
    const auto& s = all.settings.values;
    if (!s.tls.certificate.empty()) all.tls = net::load_tls(s.tls);
    all.engine = choose_engine(s);
    return all;
  }

  static read_files for_reload(const command_line& flags, const inherited_sockets& inherited) {
    read_files all{read_settings(flags, inherited, opens::files)};
    const auto& tls = all.settings.values.tls;
    if (all.settings.problems.empty() && !tls.certificate.empty()) all.tls = net::load_tls(tls);
    return all;
  }
};

daemon::daemon(command_line flags, inherited_sockets inherited)
    : flags_(std::move(flags)), inherited_(std::move(inherited)), signals_(io_, SIGTERM, SIGINT, SIGHUP) {}

int daemon::run() {
  set_text_hash_key(actors::random_hash_key());  // before anything is hashed
  wait_for_signal();
  files_.run([flags = flags_, inherited = inherited_] { return read_files::at_start(flags, inherited); },
             [this](read_files&& read) { start(std::move(read)); });
  io_.run();
  if (!node_) return exit_code_;
  watchdog_.reset();
  memory_return_.reset();
  front_->stop();
  node_.reset();
  spdlog::info("daemon.end");
  return exit_code_;
}

void daemon::start(read_files&& read) {
  for (const auto& p : read.settings.problems) std::cerr << "roomd: " << config::to_text(p) << '\n';
  if (!read.settings.problems.empty() || !serve(std::move(read))) {
    exit_code_ = EXIT_FAILURE;
    io_.stop();
  } else if (std::exchange(reload_again_, false)) {
    reload();
  }
}

bool daemon::serve(read_files&& read) {
  settings_ = std::make_shared<const config::settings>(std::move(read.settings.values));
  set_up_logging(settings_->log);
  spdlog::info("daemon.start version={} pid={}", ROOMD_VERSION, ::getpid());
  raise_file_limit();
  if (!read.tls.problem.empty()) {
    spdlog::error("tls.unusable {}", read.tls.problem);
    return false;
  }
  tls_ = std::move(read.tls.context);
  if (!read.engine.make) {
    spdlog::error("engine.unusable {}", read.engine.problem);
    return false;
  }
  node_.emplace(settings_, read.engine);
  node_->serve(true);  // nobody can ask before it listens
  front_.emplace(*node_, settings_, tls_);
  if (std::string problem = front_->listen(*settings_, inherited_.fds); !problem.empty()) {
    spdlog::error("net.unusable {}", problem);
    front_->stop();
    node_.reset();
    return false;
  }
  start_watchdog();
  watch_memory();
  spdlog::info("daemon.ready shards={}", node_->shards());
  service_manager::ready("serving");
  return true;
}

void daemon::start_watchdog() {
  const auto interval = service_manager::watchdog_interval();
  if (!interval) return;
  std::vector<watchdog::shard_post> shards;
  for (std::size_t i = 0; i < node_->shards(); ++i)
    shards.push_back([this, i](std::function<void()> f) { node_->on_shard(i, std::move(f)); });
  watchdog_.emplace(io_, *interval / 3, std::move(shards), service_manager::alive);
  watchdog_->start();
}

void daemon::watch_memory() {
  node_->on_shard(
      0, [&state = node_->state(0), bytes = memory_return::resident()] { state.stats.memory.start = bytes; });
  memory_return_.emplace(io_, [this] {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < node_->shards(); ++i) sum += node_->state(i).memory;
    return sum;
  });
  memory_return_->start();
}

void daemon::wait_for_signal() {
  signals_.async_wait([this](boost::system::error_code ec, int number) {
    if (ec) return;
    on_signal(number);
    wait_for_signal();
  });
}

void daemon::on_signal(int number) {
  if (number == SIGHUP) return reload();
  if (!node_) return io_.stop();  // it has not served anybody yet
  if (!draining_) return drain();
  spdlog::warn("daemon.cut_off signal={} text=\"asked twice: not waiting for the sessions\"", number);
  flush_log();
  std::_Exit(EXIT_FAILURE);
}

// --- reload ------------------------------------------------------------------------------------------------------

void daemon::reload() {
  if (files_.busy() || !node_) {
    reload_again_ = true;
    return;
  }
  service_manager::reloading();
  files_.run([flags = flags_, inherited = inherited_] { return read_files::for_reload(flags, inherited); },
             [this](read_files&& read) { take_reload(std::move(read)); });
}

void daemon::take_reload(read_files&& read) {
  if (draining_) return;
  checked_settings& wanted = read.settings;
  auto plan = config::plan_reload(*settings_, wanted.values);
  for (auto& p :
       config::validate(plan.merged, flags_.insecure, !inherited_.fds.empty(), inherited_.addresses))
    if (wanted.problems.empty())
      wanted.problems.push_back({"SIGHUP", p.key, p.what + " (with what only a restart changes)"});
  if (!read.tls.problem.empty()) wanted.problems.push_back({"tls", "tls.certificate", read.tls.problem});
  for (const auto& p : wanted.problems) spdlog::error("config.problem {}", config::to_text(p));
  if (wanted.problems.empty()) {
    settings_ = std::make_shared<const config::settings>(std::move(plan.merged));
    set_up_logging(settings_->log);
    node_->apply(settings_);
    front_->reload(settings_, std::move(read.tls.context));
    for (const auto& key : plan.changed) spdlog::info("config.changed key={}", key);
    for (const auto& key : plan.needs_restart) spdlog::warn("config.needs_restart key={}", key);
    spdlog::info("config.reloaded changed={}", plan.changed.size());
  } else {
    spdlog::error("config.kept problems={} text=\"the settings stay as they were\"", wanted.problems.size());
  }
  service_manager::ready("serving");
  if (std::exchange(reload_again_, false)) reload();
}

// --- drain -------------------------------------------------------------------------------------------------------

void daemon::drain() {
  draining_ = true;
  const auto& how = settings_->drain;
  spdlog::info("daemon.drain delay_ms={} window_ms={} timeout_ms={}", how.delay.count(), how.window.count(),
               how.timeout.count());
  service_manager::stopping("draining");
  node_->serve(false);
  front_->leave();
  if (how.delay.count() == 0) return close_down(how);
  after(how.delay, [this, how] { close_down(how); });
}

// drain.timeout counts from the signal.
void daemon::close_down(config::drain_settings how) {
  how.timeout -= how.delay;
  front_->drain();
  shards_left_ = node_->shards();
  node_->drain(how, [this] { boost::asio::post(io_, [this] { shard_drained(); }); });
}

void daemon::shard_drained() {
  if (--shards_left_ == 0) end_after_answers(answer_steps);
}

// The sessions have gone; answers that are on their way get a moment.
void daemon::end_after_answers(int steps) {
  if (steps == 0 || !front_->answers()) return io_.stop();
  after(answer_step, [this, steps] { end_after_answers(steps - 1); });
}

template <class F>
void daemon::after(std::chrono::milliseconds time, F f) {
  timer_.expires_after(time);
  timer_.async_wait([f = std::move(f)](boost::system::error_code ec) {
    if (!ec) f();
  });
}

}  // namespace roomd
