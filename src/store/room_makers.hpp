// Who made the rooms that the memory engine keeps: for each peer address, its rooms and the bytes of all of them. Where the
// memory is full, an address with more than a fair share of it gives way first, so that a client that publishes without
// end pushes out what it has published itself, and not the history of others. docs/decisions/memory-engine.md says why.
//
// Owned by the memory engine and used on its shard. An address is known by its seeded hash (core/text_hash.hpp); 0 stands
// for publishers without one, who have no share to exceed. Finding the room that goes costs as much as there are addresses
// over their share: at most `1 / part` of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <unordered_map>

namespace roomd::store {

/// `Room` has `used`, the time of its last message, and `made`, the entry that `add` returned.
template <class Room>
class room_makers {
  struct maker {
    std::uint64_t address = 0;
    std::size_t bytes = 0;
    std::list<Room*> rooms = {};  ///< the one that got its last message longest ago first
  };
  using makers = std::list<maker>;

 public:
  /// A room's place here.
  struct entry {
    typename makers::iterator maker;
    typename std::list<Room*>::iterator place;
  };

  /// `share`: bytes that one address may have before its rooms go first.
  explicit room_makers(std::size_t share) : share_(share) {}

  /// The room takes no bytes yet. Changes nothing where it throws.
  entry add(std::uint64_t address, Room& room) {
    std::list<Room*> one{&room};
    const auto found = by_address_.find(address);
    const auto who = found != by_address_.end() ? found->second : make(address);
    who->rooms.splice(who->rooms.end(), one);
    return {who, std::prev(who->rooms.end())};
  }

  void remove(const entry& e, std::size_t bytes) {
    recount(e, bytes, 0);
    e.maker->rooms.erase(e.place);
    if (!e.maker->rooms.empty()) return;
    by_address_.erase(e.maker->address);
    within_.erase(e.maker);  // it has no bytes, so this is the list that it is in
  }

  /// The room has got a message.
  void touch(const entry& e) { e.maker->rooms.splice(e.maker->rooms.end(), e.maker->rooms, e.place); }

  /// The room takes `now` bytes in place of `before`.
  void recount(const entry& e, std::size_t before, std::size_t now) {
    const bool was_over = is_over(*e.maker);
    e.maker->bytes = e.maker->bytes - before + now;
    const bool over = is_over(*e.maker);
    if (over == was_over) return;
    auto& to = over ? over_ : within_;
    to.splice(to.end(), over ? within_ : over_, e.maker);
  }

  /// Of the rooms of all addresses over their share, the one that got its last message longest ago; null: there is none.
  Room* oldest_over_share() const {
    Room* oldest = nullptr;
    for (const maker& m : over_) {
      if (!oldest || m.rooms.front()->used < oldest->used) oldest = m.rooms.front();
    }
    return oldest;
  }

  /// Whether its address has no other.
  static bool is_only_one(const entry& e) { return e.maker->rooms.size() == 1; }
  /// By how much its address is over its share.
  std::size_t excess(const entry& e) const { return is_over(*e.maker) ? e.maker->bytes - share_ : 0; }
  /// What this table takes.
  std::size_t bytes() const { return by_address_.size() * bytes_each; }

 private:
  /// The node of a list, the node of a table, and its bucket.
  static constexpr std::size_t bytes_each = sizeof(maker) + 8 * sizeof(void*);

  bool is_over(const maker& m) const { return m.address != 0 && m.bytes > share_; }

  typename makers::iterator make(std::uint64_t address) {
    makers one(1);
    one.front().address = address;
    by_address_.emplace(address, one.begin());
    within_.splice(within_.end(), one);
    return std::prev(within_.end());
  }

  std::size_t share_;
  makers within_;  ///< their share
  makers over_;
  std::unordered_map<std::uint64_t, typename makers::iterator> by_address_;
};

}  // namespace roomd::store
