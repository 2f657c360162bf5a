// Keeps the pages that were read lately on one shard, so that who asks for one next finds it in its room's cache: fast
// readers let go of a page before the next one asks. Bounded in bytes, and in time: a page goes when nobody has wanted it
// for a while, which is longer for one that had to be fetched.
//
// One a shard, used on its thread only, by its rooms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>

#include "core/batch.hpp"

namespace roomd {

using page_ptr = std::shared_ptr<const batch>;

/// Where a page came from.
enum class page_source : std::uint8_t { log, engine };

class page_keeper {
 public:
  explicit page_keeper(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// Another bound from now on.
  void bound(std::size_t most_bytes);
  /// Those that nobody wanted for longest go when all together are more than the bound.
  void keep(page_ptr page, page_source source);
  /// Somebody wants it. It may have gone already.
  void use(const page_ptr& page);
  /// Lets go of what nobody wants any more. Called about once a second.
  void sweep();
  std::size_t bytes() const { return bytes_; }

 private:
  struct entry {
    page_ptr page;
    std::uint64_t until;  ///< a sweep's number: it is let go of in that one
    page_source source;
  };
  using entries = std::list<entry>;

  std::uint64_t end_of(page_source source) const;
  entries::iterator drop(entries::iterator e);
  void shed();

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  entries pages_;  ///< in the order of their last use
  std::unordered_map<const batch*, entries::iterator> by_page_;
  std::uint64_t sweeps_ = 0;
};

}  // namespace roomd
