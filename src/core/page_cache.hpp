// Pages that were read from a room's log and are still on their way to somebody: who asks for the same one gets the same
// bytes, joined once. After a break many come back from the same place at the same time. It keeps nothing alive: a page
// is there as long as one outbox holds it. Owned by the room; a few pages are remembered.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "core/batch.hpp"
#include "core/ids.hpp"
#include "core/room_log.hpp"

namespace roomd {

using page_ptr = std::shared_ptr<const batch>;

class page_cache {
 public:
  /// The page that begins with `first`, cut by these bounds from a log whose head is `head`. Null: read it.
  page_ptr find(sequence first, const page_bounds& b, sequence head) const;
  void add(const page_ptr& page, const page_bounds& b, sequence head);

 private:
  struct entry {
    sequence first = 0;
    sequence head =
        0;  ///< the page reached it, so it is right while this is the head; 0: it ends before, for good
    page_bounds bounds;
    std::weak_ptr<const batch> page;
  };
  std::array<entry, 8> entries_;
  std::size_t oldest_ = 0;
};

}  // namespace roomd
