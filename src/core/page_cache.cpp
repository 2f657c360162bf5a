#include "core/page_cache.hpp"

#include <algorithm>

namespace roomd {
namespace {

constexpr std::size_t most_entries = 8;

}  // namespace

page_ptr page_cache::find(sequence first, const page_bounds& b, sequence head) const {
  for (const entry& e : entries_) {
    if (e.first != first || e.bounds != b || (e.head != 0 && e.head != head)) continue;
    if (auto page = e.page.lock()) {
      keeper_.use(page);
      return page;
    }
  }
  return nullptr;
}

void page_cache::add(const page_ptr& page, const page_bounds& b, sequence head, page_source source) {
  // What an engine had to be asked for stays of use when the head moves: who gets it reads on from the room's own log.
  const bool reached = source == page_source::log && page->next() > head;
  place_for_one_more(head) = {page->first(), reached ? head : 0, b, page};
  keeper_.keep(page, source);
}

// A page that has gone, or that reached a head which is the head no more, is of no use to anybody.
page_cache::entry& page_cache::place_for_one_more(sequence head) {
  const auto useless = [head](const entry& e) { return e.page.expired() || (e.head != 0 && e.head != head); };
  if (const auto found = std::find_if(entries_.begin(), entries_.end(), useless); found != entries_.end())
    return *found;
  if (entries_.size() < most_entries) return entries_.emplace_back();
  entry& oldest = entries_[oldest_];
  oldest_ = (oldest_ + 1) % most_entries;
  return oldest;
}

}  // namespace roomd
