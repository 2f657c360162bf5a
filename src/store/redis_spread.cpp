#include "store/redis_spread.hpp"

#include "store/redis_slot.hpp"

namespace roomd::store {
namespace {

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

/// Every bit of the result depends on all of `x` (splitmix64's last step); no two have the same.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

}  // namespace

redis_spread::redis_spread(const std::vector<std::string>& servers) {
  servers_.reserve(servers.size());
  for (const auto& name : servers) servers_.push_back(mixed(fnv1a(name)));
}

std::size_t redis_spread::place_of(std::string_view key) const {
  if (servers_.size() == 1) return 0;
  const auto room = fnv1a(redis_tag(key));
  std::size_t best = 0;
  std::uint64_t heaviest = 0;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    const auto weight = mixed(room ^ servers_[i]);
    if (weight < heaviest) continue;
    heaviest = weight;
    best = i;
  }
  return best;
}

}  // namespace roomd::store
