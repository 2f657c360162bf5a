#include "store/redis_master_choice.hpp"

#include <algorithm>

namespace roomd::store {
namespace {

using statement = std::optional<redis_master>;

auto supporters(std::span<const statement> said, const redis_place& place) {
  return std::count_if(said.begin(), said.end(), [&](const statement& s) { return s && s->at == place; });
}

/// The newest; of several that claim the same election the one that most name, then the first.
statement newest_of(std::span<const statement> said) {
  statement best;
  for (const auto& s : said) {
    if (!s) continue;
    if (!best || s->epoch > best->epoch ||
        (s->epoch == best->epoch && supporters(said, s->at) > supporters(said, best->at)))
      best = s;
  }
  return best;
}

bool is_majority(std::ptrdiff_t count, std::size_t all) { return static_cast<std::size_t>(count) * 2 > all; }

}  // namespace

std::optional<redis_master> choose_redis_master(std::span<const std::optional<redis_master>> said,
                                                const std::optional<redis_master>& followed, bool serves) {
  const auto best = newest_of(said);
  if (!followed || !best || best->epoch > followed->epoch) return best ? best : followed;
  if (serves || *best == *followed) return followed;
  statement agreed;
  for (const auto& s : said)
    if (s && is_majority(supporters(said, s->at), said.size()) && (!agreed || s->epoch > agreed->epoch))
      agreed = s;
  return agreed ? agreed : followed;
}

bool most_have_spoken(std::span<const std::optional<redis_master>> said) {
  return is_majority(
      std::count_if(said.begin(), said.end(), [](const statement& s) { return s.has_value(); }), said.size());
}

}  // namespace roomd::store
