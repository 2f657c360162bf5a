// A shard's Redis engine with its servers: the engine (store/redis_engine.hpp) asks by key, the places say which server
// that is (redis_places.hpp), and what becomes of the servers is told to the engine and to the node's leases.
//
// One a shard, used on its thread only; start() and stop() as room_engine says. Rooms call it directly.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/moment.hpp"
#include "actors/node_leases.hpp"
#include "actors/redis_places.hpp"
#include "actors/redis_sentinels.hpp"
#include "actors/shard.hpp"
#include "core/text_hash.hpp"
#include "core/timing_wheel.hpp"
#include "core/turn.hpp"
#include "store/redis_engine.hpp"

namespace roomd::actors {

struct redis_plan {
  /// The only one, those among which the rooms are spread, a cluster's seeds, or how to enter the one that sentinels name.
  std::vector<redis_server> servers = {};
  bool cluster = false;
  redis_sentinel_plan sentinels = {};
  redis_timing timing = {};
  store::redis_waits::rule waits = {};
  store::redis_settings rooms;
  std::string word = {};  ///< what makes this shard's epochs and probes its own: random text
  std::shared_ptr<node_leases> leases = {};  ///< the node's; led by the bridge of its shard
};

class redis_bridge final : public store::room_engine,
                           private store::redis_port,
                           private redis_places::observer,
                           private turn_end,
                           private wheel_timer {
 public:
  redis_bridge(shard& home, redis_plan plan, sealer seal, message_codec codec);
  ~redis_bridge() override;

  void start() override;
  void stop() override;
  std::string problem() const override { return places_->problem(); }
  std::unique_ptr<store::room_store> open_to_read(const std::string& name,
                                                  store::room_observer& room) override {
    return engine_.open_to_read(name, room);
  }
  std::unique_ptr<store::room_store> open(const std::string& name, store::room_observer& room) override {
    return engine_.open(name, room);
  }
  void sweep(store::moment at) override;
  std::size_t bytes() const override { return engine_.bytes(); }
  void count(shard_stats& n) const override;
  const std::string& node() const override { return leases_->node(); }
  void heard(const std::string& node) override;
  void watch(const store::node_watch& tell) override;

  /// The server that has the key now, for who needs a connection of its own. Null: nobody has it. Stands during the turn.
  const redis_server* serving(std::string_view key) const;

 private:
  using scope = redis_places::scope;

  // redis_port
  bool run(const store::redis_script& script, words keys, words arguments, store::redis_want as,
           handler done) override;
  bool submit(words command, store::redis_want as, handler done) override;
  bool is_free(std::string_view key, store::redis_want as) const override;
  void wait(std::string_view key, store::redis_want as, std::weak_ptr<store::redis_waiter> who) override;
  const std::string& generation(std::string_view key) const override;
  void learn_generation(std::string_view key, std::string_view generation) override;
  bool subscribe(std::string_view channel) override { return places_->subscribe(channel); }
  void unsubscribe(std::string_view channel) override { places_->unsubscribe(channel); }
  bool hears(std::string_view channel) const override { return places_->hears(channel); }
  bool listens(std::string_view channel) const override;
  bool up(std::string_view key) const override;
  store::moment now() const override { return moment_of(home_); }
  unix_ms server_time(std::string_view key) const override;

  // redis_places::observer
  void on_places_up(const scope& which) override;
  void on_places_down(const scope& which) override;
  void on_channels_down(const scope& which) override;
  void on_subscribed(std::string_view channel) override { engine_.on_subscribed(channel); }
  void on_message(std::string_view channel, std::string_view payload) override;
  void on_unwilling(std::string_view word) override { ++refusals_[std::string(word)]; }
  std::vector<std::string> channels(const scope& which) const override;

  // What all rooms have to be told, and their sweep, in portions.
  void go_on();
  void on_turn_end() noexcept override;
  void on_timer(time_point now) override;

  bool leads() const { return &leases_->home() == &home_; }

  shard& home_;
  std::unique_ptr<redis_places> places_;
  store::redis_engine engine_;
  std::shared_ptr<node_leases> leases_;
  text_map<time_point> heard_;                     ///< nodes, and when the leases were told of them last
  std::map<std::string, std::uint64_t> refusals_;  ///< errors by which the servers refused something, by word
  bool running_ = false;
};

}  // namespace roomd::actors
