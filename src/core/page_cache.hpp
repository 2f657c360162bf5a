// Pages that were read from a room's log lately: who asks for the same one gets the same bytes, joined once. After a
// break many come back from the same place at the same time. It holds no page itself: one is there as long as the
// shard's keeper or an outbox has it. Owned by the room; a few pages are remembered, and none costs nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/ids.hpp"
#include "core/page_keeper.hpp"
#include "core/room_log.hpp"

namespace roomd {

class page_cache {
 public:
  /// The keeper outlives it.
  explicit page_cache(page_keeper& keeper) : keeper_(keeper) {}

  /// The page that begins with `first`, cut by these bounds from a log whose head is `head`. Null: read it.
  page_ptr find(sequence first, const page_bounds& b, sequence head) const;
  void add(const page_ptr& page, const page_bounds& b, sequence head, page_source source = page_source::log);
  /// The numbering has changed.
  void clear() {
    entries_ = {};
    oldest_ = 0;
  }

 private:
  struct entry {
    sequence first = 0;
    sequence head =
        0;  ///< the page reached it, so it is right while this is the head; 0: it is right for good
    page_bounds bounds;
    std::weak_ptr<const batch> page;
  };
  entry& place_for_one_more(sequence head);

  page_keeper& keeper_;
  std::vector<entry> entries_;
  std::size_t oldest_ = 0;  ///< once all places are taken
};

}  // namespace roomd
