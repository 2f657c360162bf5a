// What came on a room's channel while a page was on its way: kept, within bounds, until the page is in. Pure.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <utility>

namespace roomd::store {

class redis_stash {
 public:
  static constexpr std::size_t most_messages = 1024;
  static constexpr std::size_t most_bytes = std::size_t{1} << 20U;

  /// False: it does not fit, and has to be read.
  bool add(std::string_view text) {
    if (texts_.size() >= most_messages || bytes_ + text.size() > most_bytes) return false;
    bytes_ += text.size();
    texts_.emplace_back(text);
    return true;
  }
  bool empty() const { return texts_.empty(); }
  std::size_t bytes() const { return bytes_ + texts_.size() * (sizeof(std::string) + 32); }
  std::string take_front() {
    std::string text = std::move(texts_.front());
    texts_.pop_front();
    bytes_ -= text.size();
    return text;
  }
  void put_back(std::string text) {
    bytes_ += text.size();
    texts_.push_front(std::move(text));
  }
  void clear() { *this = redis_stash(); }

 private:
  std::list<std::string> texts_;  ///< nothing is allocated for a room to which nothing comes meanwhile
  std::size_t bytes_ = 0;
};

}  // namespace roomd::store
