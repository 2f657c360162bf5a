#include "core/trim_policy.hpp"

#include <algorithm>
#include <utility>

namespace roomd {
namespace {

constexpr std::uint64_t least = 1U << 20U;
constexpr std::uint64_t part_of_peak = 16;
constexpr auto between = std::chrono::seconds(15);

}  // namespace

bool trim_policy::due(std::uint64_t in_use, time_point now) {
  const bool falling = in_use + least / 4 < std::exchange(before_, in_use);
  peak_ = std::max(peak_, in_use);
  if (peak_ - in_use < std::max(least, peak_ / part_of_peak)) {
    noticed_ = {};
    return false;
  }
  if (noticed_ == time_point{}) noticed_ = now;
  if (now < not_before_ || (falling && now < noticed_ + between)) return false;
  peak_ = in_use;
  noticed_ = {};
  not_before_ = now + between;
  return true;
}

}  // namespace roomd
