#include "store/backoff.hpp"

#include <algorithm>
#include <utility>

namespace roomd::store {

std::chrono::milliseconds backoff::next(std::uint32_t random) {
  const auto whole = std::exchange(next_, std::min(next_ * 2, bounds_.most));
  const auto half = whole / 2;
  const auto share = static_cast<double>(random) / 4294967295.0;
  return half + std::chrono::milliseconds(
                    static_cast<std::int64_t>(share * static_cast<double>((whole - half).count())));
}

}  // namespace roomd::store
