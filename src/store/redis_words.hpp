// What a room has to say to the other nodes and could not yet: kept in its order, within a bound. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <utility>

#include "store/store.hpp"

namespace roomd::store {

class redis_words {
 public:
  struct entry {
    std::string word;
    room_store::listeners heard;
  };

  /// A room's whole list may be long; one word always fits.
  static constexpr std::size_t most_bytes = std::size_t{64} << 20U;

  /// False: it does not fit.
  bool add(const std::string& word, room_store::listeners heard) {
    if (!all_.empty() && bytes_ + word.size() > most_bytes) return false;
    all_.push_back({word, std::move(heard)});
    bytes_ += word.size();
    return true;
  }
  bool empty() const { return all_.empty(); }
  std::size_t bytes() const { return bytes_ + all_.size() * (sizeof(entry) + 32); }
  entry take_front() {
    auto first = std::move(all_.front());
    all_.pop_front();
    bytes_ -= first.word.size();
    return first;
  }
  void clear() {
    all_.clear();
    bytes_ = 0;
  }

 private:
  std::list<entry> all_;  ///< nothing is allocated for a room that says nothing
  std::size_t bytes_ = 0;
};

}  // namespace roomd::store
