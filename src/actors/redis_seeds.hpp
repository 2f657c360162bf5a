// The servers that the settings name of a Redis Cluster, while nobody else is there to be asked: all are connected to, and
// the first that says who serves which slot is believed. Any server knows that, a replica too. Owned by redis_cluster,
// on its shard's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/redis_link.hpp"
#include "store/redis_cluster_map.hpp"

namespace roomd::actors {

class redis_seeds {
 public:
  using found = std::function<void(const store::redis_cluster_map&)>;

  /// `tell` may be called until stop().
  redis_seeds(shard& home, const std::vector<redis_server>& servers, const redis_timing& timing, found tell);

  void start();
  void stop();
  /// Their addresses, for people.
  std::string text() const;

 private:
  class seed final : private redis_link::observer {
   public:
    seed(redis_seeds& owner, shard& home, const redis_server& server, const redis_timing& timing);
    redis_link& link() { return link_; }

   private:
    void on_redis_up() override;
    void on_redis_down() override {}

    redis_seeds& owner_;
    redis_link link_;
  };

  std::vector<std::unique_ptr<seed>> seeds_;
  found tell_;
};

}  // namespace roomd::actors
