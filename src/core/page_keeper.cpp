#include "core/page_keeper.hpp"

#include <iterator>
#include <utility>

namespace roomd {
namespace {

constexpr std::uint64_t sweeps_of_log = 2;
constexpr std::uint64_t sweeps_of_engine = 15;

}  // namespace

std::uint64_t page_keeper::end_of(page_source source) const {
  return sweeps_ + (source == page_source::engine ? sweeps_of_engine : sweeps_of_log);
}

void page_keeper::keep(page_ptr page, page_source source) {
  bytes_ += page->joined_bytes();
  pages_.push_back({std::move(page), end_of(source), source});
  by_page_[pages_.back().page.get()] = std::prev(pages_.end());
  shed();
}

void page_keeper::bound(std::size_t most_bytes) {
  most_bytes_ = most_bytes;
  shed();
}

void page_keeper::shed() {
  while (bytes_ > most_bytes_) drop(pages_.begin());
}

void page_keeper::use(const page_ptr& page) {
  const auto found = by_page_.find(page.get());
  if (found == by_page_.end()) return;
  entry& e = *found->second;
  e.until = end_of(e.source);
  pages_.splice(pages_.end(), pages_, found->second);
}

void page_keeper::sweep() {
  ++sweeps_;
  for (auto e = pages_.begin(); e != pages_.end();) e = e->until <= sweeps_ ? drop(e) : std::next(e);
}

page_keeper::entries::iterator page_keeper::drop(entries::iterator e) {
  bytes_ -= e->page->joined_bytes();
  by_page_.erase(e->page.get());
  return pages_.erase(e);
}

}  // namespace roomd
