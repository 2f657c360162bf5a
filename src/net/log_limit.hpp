// Keeps what strangers cause from filling the log: one line a second, and how many there would have been.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/time.hpp"

namespace roomd::net {

class log_limit {
 public:
  /// How many were left out since the last line; nothing: leave this one out too.
  std::optional<std::uint64_t> take(time_point now) {
    if (now < next_) {
      ++left_out_;
      return {};
    }
    next_ = now + std::chrono::seconds(1);
    return std::exchange(left_out_, 0);
  }

 private:
  time_point next_ = time_point::min();
  std::uint64_t left_out_ = 0;
};

}  // namespace roomd::net
