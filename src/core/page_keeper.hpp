// Keeps the pages that were read lately on one shard, so that who asks for one next finds it in its room's cache: fast
// readers let go of a page before the next one asks. Bounded in bytes, and in time by two sweeps.
//
// One a shard, used on its thread only, by its rooms.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include "core/batch.hpp"

namespace roomd {

using page_ptr = std::shared_ptr<const batch>;

class page_keeper {
 public:
  explicit page_keeper(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// The oldest go when all together are more than the bound.
  void keep(page_ptr page);
  /// Lets go of what was there at the last sweep already. Called about once a second.
  void sweep();
  std::size_t bytes() const { return bytes_; }

 private:
  void drop_oldest();

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::deque<page_ptr> pages_;  ///< the oldest first
  std::size_t swept_ = 0;       ///< so many of them were there at the last sweep
};

}  // namespace roomd
