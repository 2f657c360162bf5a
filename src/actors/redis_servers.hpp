// One Redis server, or several independent ones that know nothing of each other and among which the rooms are spread
// (store/redis_spread.hpp). They are named by the settings, and stay as long as the node; where one is away, its rooms
// are, and no others.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/redis_places.hpp"
#include "store/redis_spread.hpp"

namespace roomd::actors {

class redis_servers final : public redis_places, private redis_site::observer {
 public:
  /// `servers`: one at least. `probe_channel`: for all of them.
  redis_servers(shard& home, const std::vector<redis_server>& servers, const redis_site::terms& terms,
                const std::string& probe_channel, redis_places::observer& o);

  void start() override;
  void stop() override;
  redis_site* serving(std::string_view key) override { return sites_[spread_.place_of(key)].get(); }
  bool subscribe(std::string_view channel) override {
    return serving(channel)->channels().subscribe(channel);
  }
  void unsubscribe(std::string_view channel) override { serving(channel)->channels().unsubscribe(channel); }
  std::size_t bytes() const override;
  std::string problem() const override;

 private:
  void on_site_up(redis_site& site) override { observer_.on_places_up(rooms_of(site)); }
  void on_site_down(redis_site& site) override { observer_.on_places_down(rooms_of(site)); }
  void on_site_channels_down(redis_site& site, std::size_t connection) override {
    observer_.on_channels_down([this, &site, connection](std::string_view channel) {
      return serving(channel) == &site && site.channels().connection_of(channel) == connection;
    });
  }
  void on_site_subscribed(std::string_view channel) override { observer_.on_subscribed(channel); }
  void on_site_message(std::string_view channel, std::string_view payload) override {
    observer_.on_message(channel, payload);
  }
  void on_site_unwilling(std::string_view word) override { observer_.on_unwilling(word); }
  scope rooms_of(const redis_site& site);

  redis_places::observer& observer_;
  store::redis_spread spread_;
  std::vector<std::unique_ptr<redis_site>> sites_;
};

}  // namespace roomd::actors
