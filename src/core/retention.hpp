// What a room keeps of what was said in it.
#pragma once

#include <algorithm>
#include <chrono>

#include "core/by_pattern.hpp"
#include "core/dedup_window.hpp"
#include "core/room_log.hpp"

namespace roomd {

struct retention {
  log_bounds log = {};
  dedup_bounds dedup = {};

  /// After so long without a message nothing is left.
  std::chrono::milliseconds life() const { return std::max(log.age, dedup.age); }
};

using retentions = by_pattern<retention>;

}  // namespace roomd
