// The embedded engine: this process keeps the logs. A room's log stays when its actor ends, for as long as its
// messages may live, so that a phone that was away for an hour resumes without loss; a room that never had a
// message, or that keeps none of them and no keys, leaves nothing behind. All rooms together are bounded in bytes: over the
// bound the rooms that got their last message longest ago lose what they hold, and are forgotten where they are closed;
// first those of addresses that made more than a fair share of it (room_makers.hpp).
// What counts is the memory that a room takes: messages, keys for deduplication, and the room's own entry.
//
// Epochs: a random word of this store, and a count of the numberings that it has forgotten. So a quiet room keeps
// its epoch over any number of openings, and a room that was forgotten can never be mistaken for its successor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>

#include "core/retention.hpp"
#include "core/text_hash.hpp"
#include "store/room_makers.hpp"
#include "store/store.hpp"

namespace roomd::store {

struct memory_bounds {
  retentions rooms;
  std::size_t total_bytes = 0;  ///< of all rooms together
};

class memory_store final : public room_engine {
 public:
  /// `word`: what makes this store's epochs its own, random text. `seal` makes the messages.
  memory_store(const memory_bounds& bounds, std::string word, sealer seal);
  ~memory_store() override;

  std::unique_ptr<room_store> open(const std::string& name, room_observer& room) override;
  void sweep(moment at) override;
  std::size_t bytes() const override { return bytes_ + makers_.bytes(); }
  const std::string& node() const override { return alone_; }
  /// Rooms remembered, open or closed.
  std::size_t rooms() const { return records_.size(); }

 private:
  class handle;
  struct record;
  /// Rooms that keep the same, those that had a message, by the time of the last one. An open one that was emptied is in
  /// none.
  struct shelf {
    retention kept;
    std::list<record*> by_use = {};
  };

  receipt append(record& r, draft&& what, moment at, room_observer& room);
  void expire(record& r, moment at);
  void recount(record& r);
  void close(record& r);
  void forget(record& r);
  void make_room();
  void empty(record& r);
  void touch(record& r, std::uint64_t address, moment at);
  void unlink(record& r);
  template <class F>
  void for_each_shelf(F f);
  void drop(record& r);
  bool drop_over_share();
  void cut_down(record& last, std::size_t excess);
  std::size_t excess() const { return bytes() > total_bytes_ ? bytes() - total_bytes_ : 0; }
  roomd::epoch next_epoch() const;

  std::size_t total_bytes_;
  by_pattern<std::unique_ptr<shelf>> shelves_;
  std::string word_;
  sealer seal_;
  room_makers<record> makers_;
  text_map<std::unique_ptr<record>> records_;
  std::uint64_t forgotten_ = 0;
  std::size_t bytes_ = 0;  ///< of the rooms
  const std::string alone_;
};

}  // namespace roomd::store
