#include "core/page_keeper.hpp"

#include <utility>

namespace roomd {

void page_keeper::keep(page_ptr page) {
  bytes_ += page->joined_bytes();
  pages_.push_back(std::move(page));
  while (bytes_ > most_bytes_) drop_oldest();
}

void page_keeper::sweep() {
  while (swept_ > 0) drop_oldest();
  swept_ = pages_.size();
}

void page_keeper::drop_oldest() {
  bytes_ -= pages_.front()->joined_bytes();
  pages_.pop_front();
  if (swept_ > 0) --swept_;
}

}  // namespace roomd
