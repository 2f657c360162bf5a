#include "watchdog.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

namespace roomd {

watchdog::watchdog(boost::asio::io_context& io, std::chrono::microseconds beat,
                   std::vector<shard_post> shards, std::function<void()> alive)
    : timer_(io),
      beat_(beat),
      shards_(std::move(shards)),
      alive_(std::move(alive)),
      answers_(std::make_shared<answers>(shards_.size())) {}

void watchdog::start() {
  for (auto& given : answers_->given) given = true;
  beat();
}

void watchdog::stop() { timer_.cancel(); }

void watchdog::beat() {
  bool all = true;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    if (!answers_->given[i].exchange(false)) {
      all = false;
      spdlog::error("shard.stuck shard={} beat_ms={}", i,
                    std::chrono::duration_cast<std::chrono::milliseconds>(beat_).count());
      continue;  // its last question is still under way
    }
    shards_[i]([a = answers_, i] { a->given[i] = true; });
  }
  if (all) alive_();
  wait();
}

void watchdog::wait() {
  timer_.expires_after(beat_);
  timer_.async_wait([this](boost::system::error_code ec) {
    if (!ec) beat();
  });
}

}  // namespace roomd
