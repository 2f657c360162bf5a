// How long to wait before the next attempt: twice as long after each one, up to a bound, and never exactly so long, so
// that those who lost the same server together do not come back together. Pure: chance comes in as an argument.
#pragma once

#include <chrono>
#include <cstdint>

namespace roomd::store {

class backoff {
 public:
  struct bounds {
    std::chrono::milliseconds first;  ///< at least 1 ms
    std::chrono::milliseconds most;   ///< at least `first`
  };

  explicit backoff(bounds b) : bounds_(b), next_(b.first) {}

  /// Between half and the whole of the present time, as `random` (all 32 bits) says; then the time doubles.
  std::chrono::milliseconds next(std::uint32_t random);
  /// An attempt was worth it: the next wait is the first again.
  void reset() { next_ = bounds_.first; }

 private:
  bounds bounds_;
  std::chrono::milliseconds next_;
};

}  // namespace roomd::store
