#include "store/redis_settings.hpp"

#include <algorithm>
#include <initializer_list>

namespace roomd::store {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t most_places = std::uint64_t{1} << 19U;
/// What a message takes beside its payload.
constexpr std::uint64_t overhead = 64;
/// How much longer than its messages and keys a room is remembered, so that its numbering outlives them.
constexpr auto grace = 1h;

std::uint64_t places_of(const log_bounds& b) {
  if (b.age <= 0ms) return 0;
  return std::min<std::uint64_t>({b.messages, b.bytes, most_places});
}

std::string words(std::initializer_list<std::uint64_t> numbers) {
  std::string text;
  for (const auto n : numbers) text += (text.empty() ? "" : " ") + std::to_string(n);
  return text;
}

std::uint64_t count(std::chrono::milliseconds t) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(t.count(), 0));
}

}  // namespace

redis_retention::redis_retention(const retention& r)
    : log_(r.log),
      places_(places_of(r.log)),
      place_(std::max<std::uint64_t>(r.log.bytes / std::max<std::uint64_t>(places_, 1), 1)),
      keep_(r.life() + grace) {
  const auto& keys = r.dedup;
  const std::uint64_t most_keys = std::max<std::uint64_t>(keys.bytes / dedup_window::entry_overhead, 1);
  text_ = words({places_, place_, count(log_.age), keys.count, count(keys.age), most_keys, count(keep_)});
}

std::uint64_t redis_retention::step(std::size_t payload) const {
  const std::uint64_t places = (payload + overhead + place_ - 1) / place_;
  return 1 + ((std::clamp<std::uint64_t>(places, 1, most_places) - 1) << 32U);
}

}  // namespace roomd::store
