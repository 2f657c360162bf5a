// When the allocator should give memory back to the system: once much of what was in use is gone. While it does so it
// holds its locks, one arena's after the other's, so it is asked seldom, and rather when little changes. Pure; one for the
// process.
#pragma once

#include <cstdint>

#include "core/time.hpp"

namespace roomd {

class trim_policy {
 public:
  /// About once a second, with the bytes that are in use. True: ask it now.
  bool due(std::uint64_t in_use, time_point now);

 private:
  std::uint64_t peak_ = 0;  ///< since it was asked last
  std::uint64_t before_ = 0;
  time_point noticed_{};  ///< when much was gone first; the epoch: it is not
  time_point not_before_{};
};

}  // namespace roomd
