// The sentinels that a shard asks which server is the master: a connection to each of them, all the time, so that one
// that is dead, silent or cut off from the others delays nothing (store/redis_master_choice.hpp says whom to believe).
//
// The first master is taken when most have spoken, or when a connection would have to be there: who answers first may be
// behind.
//
// One a shard, used on its thread only. Whoever owns it tells it of lost connections to the master, and stops it before
// the shard's io_context ends, but after those who follow it.
//
// Logs `redis.master server= epoch=` when it is another one, and `redis.sentinel server= problem=unknown_master`.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "actors/redis_sentinel.hpp"
#include "actors/shard.hpp"
#include "core/timing_wheel.hpp"
#include "store/redis_master_choice.hpp"

namespace roomd::actors {

struct redis_sentinel_plan {
  std::vector<redis_server> servers =
      {};                   ///< the sentinels; empty: there are none, the master's address is known
  std::string master = {};  ///< its name among them
};

class redis_sentinels final : private wheel_timer {
 public:
  class observer {
   public:
    /// This server is the master from now on.
    virtual void on_redis_master(const store::redis_place& place) = 0;
    /// Whether the one that was named last serves.
    virtual bool redis_master_serves() const = 0;

   protected:
    ~observer() = default;
  };

  /// `timing`: as for the master; a sentinel is tried again once a second at least.
  redis_sentinels(shard& home, const redis_sentinel_plan& plan, redis_timing timing, observer& o);

  void start();
  void stop();
  /// A connection to the master is lost: is it still the one?
  void ask();
  /// Why there is no master to connect to, for people; empty: one is named.
  std::string problem() const;

 private:
  void heard();
  void on_timer(time_point now) override;

  shard& home_;
  std::string name_;
  std::chrono::milliseconds first_answers_;  ///< so long one waits for those who may know better
  observer& observer_;
  std::deque<redis_sentinel> sentinels_;
  std::optional<store::redis_master> followed_;
  bool hurried_ = false;  ///< whoever speaks is believed, although most are silent
};

}  // namespace roomd::actors
