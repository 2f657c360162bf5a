#include "core/page_cache.hpp"

namespace roomd {

page_ptr page_cache::find(sequence first, const page_bounds& b, sequence head) const {
  for (const entry& e : entries_) {
    if (e.first != first || e.bounds != b || (e.head != 0 && e.head != head)) continue;
    if (auto page = e.page.lock()) return page;
  }
  return nullptr;
}

void page_cache::add(const page_ptr& page, const page_bounds& b, sequence head) {
  const bool reached = page->next() > head;
  entries_[oldest_] = {page->first(), reached ? head : 0, b, page};
  oldest_ = (oldest_ + 1) % entries_.size();
  keeper_.keep(page);
}

}  // namespace roomd
