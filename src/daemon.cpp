#include "daemon.hpp"

#include <csignal>
#include <cstdlib>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

#include "actors/random_id.hpp"
#include "config/reload.hpp"
#include "config/validate.hpp"

#include "logging.hpp"
#include "service_manager.hpp"

namespace roomd {
namespace {

/// As many descriptors as the system lets us have: each connection is one.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

daemon::daemon(command_line flags, config::settings s, inherited_sockets inherited)
    : flags_(std::move(flags)),
      settings_(std::make_shared<const config::settings>(std::move(s))),
      inherited_(std::move(inherited)),
      signals_(io_, SIGTERM, SIGINT, SIGHUP) {}

int daemon::run() {
  spdlog::info("daemon.start version={} pid={}", ROOMD_VERSION, ::getpid());
  if (!start()) return EXIT_FAILURE;
  wait_for_signal();
  io_.run();
  watchdog_.reset();
  front_->stop();
  node_.reset();
  spdlog::info("daemon.end");
  return EXIT_SUCCESS;
}

bool daemon::start() {
  set_text_hash_key(actors::random_hash_key());
  raise_file_limit();
  if (!settings_->tls.certificate.empty()) {
    auto loaded = net::load_tls(settings_->tls);
    if (!loaded.context) {
      spdlog::error("tls.unusable {}", loaded.problem);
      return false;
    }
    tls_ = std::move(loaded.context);
  }
  auto engine = choose_engine(*settings_);
  if (!engine.make) {
    spdlog::error("engine.unusable {}", engine.problem);
    return false;
  }
  node_.emplace(settings_, engine);
  node_->serve(true);  // nobody can ask before it listens
  front_.emplace(*node_, settings_, tls_);
  if (std::string problem = front_->listen(*settings_, inherited_.fds); !problem.empty()) {
    spdlog::error("net.unusable {}", problem);
    front_->stop();
    node_.reset();
    return false;
  }
  start_watchdog();
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

void daemon::wait_for_signal() {
  signals_.async_wait([this](boost::system::error_code ec, int number) {
    if (ec) return;
    on_signal(number);
    wait_for_signal();
  });
}

void daemon::on_signal(int number) {
  if (number == SIGHUP) return reload();
  if (!draining_) return drain();
  spdlog::warn("daemon.cut_off signal={} text=\"asked twice: not waiting for the sessions\"", number);
  flush_log();
  std::_Exit(EXIT_FAILURE);
}

// --- reload ------------------------------------------------------------------------------------------------------

void daemon::reload() {
  service_manager::reloading();
  checked_settings wanted = read_settings(flags_, inherited_);
  auto plan = config::plan_reload(*settings_, wanted.values);
  for (auto& p :
       config::validate(plan.merged, flags_.insecure, !inherited_.fds.empty(), inherited_.addresses))
    if (wanted.problems.empty())
      wanted.problems.push_back({"SIGHUP", p.key, p.what + " (with what only a restart changes)"});
  auto tls = plan.merged.tls.certificate.empty() ? net::tls_loaded{} : net::load_tls(plan.merged.tls);
  if (!tls.problem.empty()) wanted.problems.push_back({"tls", "tls.certificate", tls.problem});
  for (const auto& p : wanted.problems) spdlog::error("config.problem {}", config::to_text(p));
  if (wanted.problems.empty()) {
    settings_ = std::make_shared<const config::settings>(std::move(plan.merged));
    set_up_logging(settings_->log);
    node_->apply(settings_);
    front_->reload(settings_, std::move(tls.context));
    for (const auto& key : plan.changed) spdlog::info("config.changed key={}", key);
    for (const auto& key : plan.needs_restart) spdlog::warn("config.needs_restart key={}", key);
    spdlog::info("config.reloaded changed={}", plan.changed.size());
  } else {
    spdlog::error("config.kept problems={} text=\"the settings stay as they were\"", wanted.problems.size());
  }
  service_manager::ready("serving");
}

// --- drain -------------------------------------------------------------------------------------------------------

void daemon::drain() {
  draining_ = true;
  spdlog::info("daemon.drain window_ms={} timeout_ms={}", settings_->drain.window.count(),
               settings_->drain.timeout.count());
  service_manager::stopping("draining");
  node_->serve(false);
  front_->drain();
  shards_left_ = node_->shards();
  node_->drain(settings_->drain, [this] { boost::asio::post(io_, [this] { shard_drained(); }); });
}

void daemon::shard_drained() {
  if (--shards_left_ == 0) io_.stop();
}

}  // namespace roomd
