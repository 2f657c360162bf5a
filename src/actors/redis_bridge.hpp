// A shard's Redis engine with its connections: commands go over a link, channels come over a subscriber, and the engine
// (store/redis_engine.hpp) is told what becomes of both. It also watches that what is published comes back: a
// subscription can die without a sign, so every few seconds a probe goes out over the link and has to come in over the
// subscriber.
//
// One a shard, used on its thread only; start() and stop() as room_engine says. Rooms call it directly.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "actors/moment.hpp"
#include "actors/node_leases.hpp"
#include "actors/redis_link.hpp"
#include "actors/redis_sentinels.hpp"
#include "actors/redis_subscriber.hpp"
#include "actors/shard.hpp"
#include "core/timing_wheel.hpp"
#include "store/redis_engine.hpp"

namespace roomd::actors {

struct redis_plan {
  redis_server server;  ///< without a host where sentinels name it
  redis_sentinel_plan sentinels = {};
  redis_timing timing = {};
  store::redis_waits::rule waits = {};
  store::redis_settings rooms;
  std::string word = {};  ///< what makes this shard's epochs and probes its own: random text
  std::shared_ptr<node_leases> leases = {};  ///< the node's; led by the bridge of its shard
};

class redis_bridge final : public store::room_engine, private store::redis_port, private wheel_timer {
 public:
  redis_bridge(shard& home, redis_plan plan, sealer seal, message_codec codec);
  ~redis_bridge() override;

  void start() override;
  void stop() override;
  std::string problem() const override;
  std::unique_ptr<store::room_store> open(const std::string& name, store::room_observer& room) override {
    return engine_.open(name, room);
  }
  void sweep(store::moment at) override { engine_.sweep(at); }
  std::size_t bytes() const override { return engine_.bytes(); }
  void count(shard_stats& n) const override;
  const std::string& node() const override { return leases_->node(); }
  void heard(const std::string& node) override;
  void watch(const store::node_watch& tell) override;

 private:
  struct link_side final : redis_link::observer {
    explicit link_side(redis_bridge& b) : bridge(b) {}
    void on_redis_up() override { bridge.engine_.on_link_up(); }
    void on_redis_down() override { bridge.link_lost(); }
    redis_bridge& bridge;
  };
  struct channel_side final : redis_subscriber::observer {
    explicit channel_side(redis_bridge& b) : bridge(b) {}
    void on_redis_up() override {}
    void on_redis_down() override { bridge.channels_lost(); }
    void on_redis_subscribed(std::string_view channel) override { bridge.subscribed(channel); }
    void on_redis_message(std::string_view channel, std::string_view payload) override {
      bridge.message(channel, payload);
    }
    redis_bridge& bridge;
  };
  struct sentinel_side final : redis_sentinels::observer {
    explicit sentinel_side(redis_bridge& b) : bridge(b) {}
    void on_redis_master(const store::redis_place& place) override {
      bridge.link_.move_to(place.host, place.port);
      bridge.channels_.move_to(place.host, place.port);
    }
    bool redis_master_serves() const override { return bridge.link_.is_up(); }
    redis_bridge& bridge;
  };

  // redis_port
  bool run(const store::redis_script& script, words keys, words arguments, handler done) override {
    return link_.run(script, keys, arguments, std::move(done));
  }
  bool submit(words command, handler done) override { return link_.submit(command, std::move(done)); }
  const std::string& generation() const override { return link_.generation(); }
  void learn_generation(std::string_view g) override { link_.learn_generation(g); }
  bool subscribe(std::string_view channel) override { return channels_.subscribe(channel); }
  void unsubscribe(std::string_view channel) override { channels_.unsubscribe(channel); }
  bool up() const override { return link_.is_up(); }
  store::moment now() const override { return moment_of(home_); }

  void subscribed(std::string_view channel);
  void message(std::string_view channel, std::string_view payload);
  void channels_lost();
  void link_lost();
  bool leads() const { return &leases_->home() == &home_; }
  void on_timer(time_point now) override;
  void probe();

  shard& home_;
  link_side link_side_{*this};
  channel_side channel_side_{*this};
  sentinel_side sentinel_side_{*this};
  redis_link link_;
  redis_subscriber channels_;
  std::optional<redis_sentinels> sentinels_;
  store::redis_engine engine_;
  std::string probe_channel_;
  std::uint64_t probe_ = 0;      ///< the last one sent
  std::uint64_t came_back_ = 0;  ///< the last one that came
  bool probing_ = false;         ///< the last one has not gone out for certain
  bool probed_ = false;          ///< the probes' channel is there
  std::shared_ptr<node_leases> leases_;
  std::unordered_map<std::string, time_point> heard_;  ///< nodes, and when the leases were told of them last
};

}  // namespace roomd::actors
