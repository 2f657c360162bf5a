#include "actors/redis_sentinels.hpp"

#include <algorithm>
#include <chrono>

#include "actors/log.hpp"

namespace roomd::actors {
namespace {

constexpr std::chrono::milliseconds longest_retry{1000};

redis_timing persistent(redis_timing timing) {
  timing.retry.most = std::min(timing.retry.most, longest_retry);
  return timing;
}

}  // namespace

redis_sentinels::redis_sentinels(shard& home, const redis_sentinel_plan& plan, redis_timing timing,
                                 observer& o)
    : home_(home), name_(plan.master), first_answers_(timing.connect), observer_(o) {
  for (const auto& server : plan.servers)
    sentinels_.emplace_back(home, server, persistent(timing), plan.master, [this] { heard(); });
}

void redis_sentinels::start() {
  for (auto& each : sentinels_) each.start();
  home_.set_timer(*this, home_.now() + first_answers_);
}

void redis_sentinels::stop() {
  home_.cancel_timer(*this);
  for (auto& each : sentinels_) each.stop();
}

void redis_sentinels::ask() {
  for (auto& each : sentinels_) each.ask();
}

std::string redis_sentinels::problem() const {
  if (std::none_of(sentinels_.begin(), sentinels_.end(), [](const auto& s) { return s.is_up(); }))
    return "none of the " + std::to_string(sentinels_.size()) + " sentinels answers";
  if (std::none_of(sentinels_.begin(), sentinels_.end(),
                   [](const auto& s) { return s.master().has_value(); }))
    return "no sentinel knows a master \"" + name_ + '"';
  return followed_ ? std::string() : "less than half of the sentinels answer";
}

void redis_sentinels::heard() {
  std::vector<std::optional<store::redis_master>> said;
  said.reserve(sentinels_.size());
  for (const auto& each : sentinels_) said.push_back(each.master());
  if (!followed_ && !hurried_ && !store::most_have_spoken(said)) return;
  const auto chosen = store::choose_redis_master(said, followed_, observer_.redis_master_serves());
  if (!chosen || chosen == followed_) return;
  const bool elsewhere = !followed_ || chosen->at != followed_->at;
  followed_ = chosen;
  if (!elsewhere) return;
  log().info("redis.master server={}:{} epoch={}", chosen->at.host, chosen->at.port, chosen->epoch);
  observer_.on_redis_master(chosen->at);
}

void redis_sentinels::on_timer(time_point) {
  hurried_ = true;
  heard();
}

}  // namespace roomd::actors
