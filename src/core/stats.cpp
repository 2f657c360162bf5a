#include "core/stats.hpp"

#include <algorithm>
#include <numeric>

namespace roomd {

void latency_histogram::observe(std::chrono::microseconds t) {
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(t.count(), 0));
  const auto bound = std::lower_bound(bounds_us.begin(), bounds_us.end(), us);
  ++buckets[static_cast<std::size_t>(bound - bounds_us.begin())];
  sum_us += us;
}

std::uint64_t latency_histogram::count() const {
  return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

}  // namespace roomd
