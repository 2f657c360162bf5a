#include "core/creation_rate.hpp"

#include <algorithm>

namespace roomd {
namespace {

constexpr std::chrono::nanoseconds minute = std::chrono::minutes(1);

}  // namespace

std::optional<std::chrono::milliseconds> creation_rate::take(std::uint32_t a_minute, time_point now) {
  if (a_minute == 0) return std::nullopt;
  const auto full_at = std::max(full_at_, now) + minute / a_minute;
  const auto wait = full_at - now - minute;
  if (wait > wait.zero()) return std::chrono::ceil<std::chrono::milliseconds>(wait);
  full_at_ = full_at;
  return std::nullopt;
}

void creation_rate::give_back(std::uint32_t a_minute) {
  if (a_minute != 0) full_at_ -= minute / a_minute;
}

}  // namespace roomd
