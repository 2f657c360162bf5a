// The keys under which a room's newest messages were published, so that a retried publish is recognised and
// answered with the first one's number: promise 5 of docs/protocol.md. Kept are the newest `count` keys and
// all that are younger than `age`, whichever is more, but never more than `bytes`: over that the oldest go.
// Pure: it belongs to whoever numbers the room's messages and is used on one thread; time comes in and never
// runs backwards.
//
// An ordered tree and no hash table: publishers choose the keys, and no choice of theirs makes it slow.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/ring.hpp"
#include "core/time.hpp"

namespace roomd {

struct dedup_bounds {
  std::size_t count = 0;
  std::chrono::milliseconds age{};
  std::size_t bytes = 0;  ///< of keys, with `entry_overhead` for each
};

class dedup_window {
 public:
  /// What a key costs beside its own bytes: its node in the tree and its slot in the ring.
  static constexpr std::size_t entry_overhead = 128;

  explicit dedup_window(dedup_bounds b) : bounds_(b) {}
  dedup_window(const dedup_window&) = delete;
  dedup_window& operator=(const dedup_window&) = delete;

  /// The number under which the key was published, where it is in the window. O(log n).
  std::optional<sequence> find(std::string_view key, time_point now);
  /// A message was published under the key. A key that is in the window keeps its first number. O(log n).
  void insert(std::string key, sequence seq, time_point now);
  /// The numbering was restarted: no number means anything now.
  void clear();

  std::size_t size() const { return by_age_.size(); }
  /// What the keys count: never more than the bound.
  std::size_t bytes() const { return bytes_; }
  bool empty() const { return by_age_.empty(); }

  /// Drops the oldest until so many bytes are free, or all are gone.
  void shed(std::size_t bytes);
  /// Drops what is as old as the bound and not among the newest. `find` and `insert` do so themselves.
  void expire(time_point now);
  /// When that next has something to drop.
  std::optional<time_point> next_expiry() const;

 private:
  using tree = std::map<std::string, sequence, std::less<>>;
  struct entry {
    tree::iterator key;
    time_point at{};
  };

  void drop_oldest();

  dedup_bounds bounds_;
  tree keys_;
  ring<entry> by_age_;
  std::size_t bytes_ = 0;
};

}  // namespace roomd
