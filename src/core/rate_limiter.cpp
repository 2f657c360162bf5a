#include "core/rate_limiter.hpp"

#include <algorithm>

namespace roomd {

namespace {

constexpr std::uint32_t second_ns = 1'000'000'000;

std::uint32_t refill_time(std::uint32_t per_second) {
  if (per_second == 0) return 0;
  return second_ns / per_second + (second_ns % per_second == 0 ? 0 : 1);
}

}  // namespace

rate_limiter::rate_limiter(std::uint32_t per_second, std::uint32_t burst, time_point now)
    : full_at_(now), refill_ns_(refill_time(per_second)), burst_(std::max(burst, 1U)) {}

std::optional<std::chrono::milliseconds> rate_limiter::take(time_point now) {
  if (refill_ns_ == 0) return std::nullopt;
  const std::chrono::nanoseconds one(refill_ns_);
  const auto full_at = std::max(full_at_, now) + one;
  const auto wait = full_at - now - one * burst_;
  if (wait > wait.zero()) return std::chrono::ceil<std::chrono::milliseconds>(wait);
  full_at_ = full_at;
  return std::nullopt;
}

}  // namespace roomd
