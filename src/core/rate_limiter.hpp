// How many commands a session may send: a token bucket of `burst` commands that refills with `per_second`.
// One lives in every session, so it is 16 bytes: instead of a level and the time of its last change it keeps
// the one moment at which the bucket will be full again.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/time.hpp"

namespace roomd {

class rate_limiter {
 public:
  /// The bucket is full at first. `per_second` 0: no limit. `burst` 0 counts as 1.
  rate_limiter(std::uint32_t per_second, std::uint32_t burst, time_point now);

  /// Takes a token. Nothing: go on. Else the bucket is empty, nothing was taken, and after this time, rounded
  /// up to whole milliseconds, there will be one.
  std::optional<std::chrono::milliseconds> take(time_point now);

 private:
  time_point full_at_;
  std::uint32_t refill_ns_;  ///< time in which one token comes, rounded up; 0: no limit
  std::uint32_t burst_;
};

}  // namespace roomd
