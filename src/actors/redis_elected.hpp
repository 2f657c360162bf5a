// The Redis server that sentinels call the master (redis_sentinels.hpp): one site, which moves to wherever they say. Until
// they have named one it connects to nobody.
#pragma once

#include <string>

#include "actors/redis_places.hpp"
#include "actors/redis_sentinels.hpp"

namespace roomd::actors {

class redis_elected final : public redis_places,
                            private redis_site::observer,
                            private redis_sentinels::observer {
 public:
  /// `pattern`: how the servers are entered; it has no address.
  redis_elected(shard& home, const redis_server& pattern, const redis_sentinel_plan& sentinels,
                const redis_site::terms& terms, const std::string& probe_channel, redis_places::observer& o);

  void start() override;
  void stop() override;
  redis_site* serving(std::string_view) override { return &site_; }
  bool subscribe(std::string_view channel) override { return site_.channels().subscribe(channel); }
  void unsubscribe(std::string_view channel) override { site_.channels().unsubscribe(channel); }
  std::size_t bytes() const override { return site_.bytes(); }
  /// Sentinels that are away are none while the master serves.
  std::string problem() const override;

 private:
  void on_site_up(redis_site&) override { observer_.on_places_up(all_rooms); }
  void on_site_down(redis_site&) override;
  void on_site_channels_down(redis_site&, std::size_t connection) override;
  void on_site_subscribed(std::string_view channel) override { observer_.on_subscribed(channel); }
  void on_site_message(std::string_view channel, std::string_view payload) override {
    observer_.on_message(channel, payload);
  }
  void on_site_unwilling(std::string_view word) override { observer_.on_unwilling(word); }
  void on_redis_master(const store::redis_place& place) override { site_.move_to(place.host, place.port); }
  bool redis_master_serves() const override { return site_.link().is_up(); }

  static bool all_rooms(std::string_view) { return true; }

  redis_places::observer& observer_;
  redis_site site_;
  redis_sentinels sentinels_;
};

}  // namespace roomd::actors
