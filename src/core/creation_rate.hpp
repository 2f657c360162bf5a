// How many rooms somebody may make: a token bucket that holds what a minute allows and refills evenly over a minute. Every
// session has one, so it is 8 bytes: the one moment at which the bucket will be full again. The rate comes with each
// call, the same for all of a bucket's life.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/time.hpp"

namespace roomd {

class creation_rate {
 public:
  /// Takes a token. Nothing: go on. Else the bucket is empty, nothing was taken, and after this time, rounded up to whole
  /// milliseconds, there will be one. `a_minute` 0: no limit.
  std::optional<std::chrono::milliseconds> take(std::uint32_t a_minute, time_point now);
  /// The token was taken for a room that was there already.
  void give_back(std::uint32_t a_minute);
  /// Nothing that was taken counts any more.
  bool full(time_point now) const { return full_at_ <= now; }

 private:
  time_point full_at_{};
};

}  // namespace roomd
