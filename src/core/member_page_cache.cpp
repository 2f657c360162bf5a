#include "core/member_page_cache.hpp"

#include <algorithm>
#include <iterator>

namespace roomd {

member_page_ptr member_page_cache::find(room_number room, std::uint64_t version, const member_query& q) {
  const auto found = std::find_if(pages_.begin(), pages_.end(),
                                  [&](const entry& e) { return e.room == room && e.query == q; });
  if (found == pages_.end()) return nullptr;
  if (found->version != version) {
    drop(found);
    return nullptr;
  }
  found->used = true;
  pages_.splice(pages_.begin(), pages_, found);
  return found->page;
}

void member_page_cache::keep(room_number room, std::uint64_t version, const member_query& q,
                             const member_page_ptr& page) {
  if (page->text->size() < least_bytes || page->text->size() > most_bytes_) return;
  pages_.push_front({room, version, q, page, true});
  bytes_ += page->text->size();
  while (bytes_ > most_bytes_ || pages_.size() > most_pages) drop(std::prev(pages_.end()));
}

void member_page_cache::sweep() {
  for (auto e = pages_.begin(); e != pages_.end();) {
    if (e->used) {
      e->used = false;
      ++e;
    } else {
      e = drop(e);
    }
  }
}

std::list<member_page_cache::entry>::iterator member_page_cache::drop(std::list<entry>::iterator e) {
  bytes_ -= e->page->text->size();
  return pages_.erase(e);
}

}  // namespace roomd
