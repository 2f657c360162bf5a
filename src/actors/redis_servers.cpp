#include "actors/redis_servers.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace roomd::actors {
namespace {

std::vector<std::string> addresses_of(const std::vector<redis_server>& servers) {
  std::vector<std::string> all;
  std::transform(servers.begin(), servers.end(), std::back_inserter(all), address_of);
  return all;
}

}  // namespace

redis_servers::redis_servers(shard& home, const std::vector<redis_server>& servers,
                             const redis_site::terms& terms, const std::string& probe_channel,
                             redis_places::observer& o)
    : observer_(o), spread_(addresses_of(servers)) {
  for (const auto& each : servers) {
    auto& own = static_cast<redis_site::observer&>(*this);
    sites_.push_back(std::make_unique<redis_site>(home, each, terms, own));
    sites_.back()->probe_by(probe_channel);
  }
}

void redis_servers::start() {
  for (const auto& site : sites_) site->start();
}

void redis_servers::stop() {
  for (const auto& site : sites_) site->stop();
}

std::size_t redis_servers::bytes() const {
  return std::accumulate(sites_.begin(), sites_.end(), std::size_t{0},
                         [](std::size_t sum, const auto& site) { return sum + site->bytes(); });
}

std::string redis_servers::problem() const {
  std::string all;
  for (const auto& site : sites_) {
    const auto problem = site->problem();
    if (!problem.empty()) all += (all.empty() ? "" : "; ") + problem;
  }
  return all;
}

redis_places::scope redis_servers::rooms_of(const redis_site& site) {
  return [this, &site](std::string_view channel) { return serving(channel) == &site; };
}

}  // namespace roomd::actors
