#include "actors/redis_elected.hpp"

namespace roomd::actors {

redis_elected::redis_elected(shard& home, const redis_server& pattern, const redis_sentinel_plan& sentinels,
                             const redis_site::terms& terms, const std::string& probe_channel,
                             redis_places::observer& o)
    : observer_(o), site_(home, pattern, terms, *this), sentinels_(home, sentinels, terms.timing, *this) {
  site_.probe_by(probe_channel);
}

void redis_elected::start() {
  sentinels_.start();
  site_.start();
}

void redis_elected::stop() {
  site_.stop();
  sentinels_.stop();
}

std::string redis_elected::problem() const {
  auto problem = site_.problem();
  if (problem.empty()) return problem;
  auto unknown = sentinels_.problem();
  return unknown.empty() ? problem : unknown;
}

void redis_elected::on_site_down(redis_site&) {
  sentinels_.ask();
  observer_.on_places_down(all_rooms);
}

void redis_elected::on_site_channels_down(redis_site&, std::size_t connection) {
  sentinels_.ask();
  observer_.on_channels_down([this, connection](std::string_view channel) {
    return site_.channels().connection_of(channel) == connection;
  });
}

}  // namespace roomd::actors
