// The clock of a Redis server, as far as it is known from looks at it: one clock for all nodes, without a question for
// every message. A look says what the clock read at some time between question and answer, so it is known to within the
// time that they took, and from then on goes like ours. Pure. One for each connection.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace roomd::store {

class redis_clock {
 public:
  /// It read `said`, since 1970, at some time from `asked` to `answered`. What was thought of it before stays as it is
  /// where that may be right, so that it does not waver with how long answers take.
  void look(time_point asked, time_point answered, std::chrono::microseconds said) {
    const auto least = said - since_start(answered), most = said - since_start(asked);
    ahead_ = ahead_ ? std::clamp(*ahead_, least, most) : least + (most - least) / 2;
  }
  /// After the first look.
  unix_ms at(time_point when) const {
    using std::chrono::milliseconds;
    return std::chrono::floor<milliseconds>(ahead_.value_or(std::chrono::microseconds(0)) + since_start(when))
        .count();
  }

 private:
  static std::chrono::microseconds since_start(time_point t) {
    return std::chrono::floor<std::chrono::microseconds>(t.time_since_epoch());
  }

  std::optional<std::chrono::microseconds> ahead_;  ///< of the steady clock
};

}  // namespace roomd::store
