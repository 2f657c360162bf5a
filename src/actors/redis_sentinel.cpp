#include "actors/redis_sentinel.hpp"

#include <utility>

#include "actors/log.hpp"

namespace roomd::actors {
namespace {

constexpr store::redis_reader::bounds sentinel_bounds{std::size_t{64} * 1024, 256};

}  // namespace

redis_sentinel::redis_sentinel(shard& home, redis_server server, const redis_timing& timing,
                               std::string_view master, std::function<void()> heard)
    : redis_connection(home, std::move(server), timing, "sentinel", server_kind::sentinel),
      name_(master),
      heard_(std::move(heard)) {}

void redis_sentinel::ask() {
  if (!is_up()) return;
  again_ = talk_->asking();
  if (again_) return;
  output_ += talk_->ask();
  answer_due_ = now() + timing().reply;
  has_output();
}

void redis_sentinel::look() {
  if (!talk_->asking()) ask();
}

std::string redis_sentinel::take_output() { return std::exchange(output_, {}); }

void redis_sentinel::on_up(const store::redis_greeting&, time_point) {
  reader_.emplace(sentinel_bounds);
  talk_.emplace(name_);
  output_.clear();
  ask();
}

void redis_sentinel::on_down() {
  answer_due_.reset();
  master_.reset();
  heard_();
}

void redis_sentinel::on_input(std::string_view bytes) {
  hand_out(*reader_, bytes, [this](const store::redis_reply& reply) { take(reply); });
}

void redis_sentinel::take(const store::redis_reply& reply) {
  using news = store::redis_sentinel_talk::news;
  switch (talk_->receive(reply)) {
    case news::nothing:
      return;
    case news::announced:
      return ask();
    case news::answered:
      return answered();
    case news::broken:
      return cut(talk_->problem());
  }
}

void redis_sentinel::answered() {
  answer_due_.reset();
  master_ = talk_->master();
  if (knows_ && !master_) log().warn("redis.sentinel server={} problem=unknown_master", address_of(server()));
  knows_ = master_.has_value();
  well();
  if (again_) ask();
  heard_();
}

}  // namespace roomd::actors
