// Which sessions are in a room, seen from the room: who may leave or ask, and which shards get its messages.
// Owned by the room and used on its shard. Every operation takes constant time, whatever the number of
// members; an empty one holds no heap memory. The shards are few (as many as cores), so their list is
// searched in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/ids.hpp"

namespace roomd {

struct room_member {
  session_address session;
  std::string session_id;  ///< public id
  bool observer;           ///< wants to hear of the other members
  bool deflates = false;   ///< takes compressed frames
};

class membership {
 public:
  /// False: it was in already, and nothing has changed.
  bool add(room_member m);
  /// False: it was not in.
  bool remove(session_address s);
  /// Null: it is not in. Valid until it is removed.
  const room_member* find(session_address s) const;

  std::size_t size() const { return members_.size(); }
  bool empty() const { return members_.empty(); }
  std::size_t observers() const { return observers_; }
  /// Members that take compressed frames.
  std::size_t deflating() const { return deflating_; }

  /// Calls `f(shard)` once for each shard with members, ascending. `f` must not change the membership.
  template <class F>
  void for_each_shard(F f) const {
    for (const auto& row : shards_) f(row.shard);
  }
  /// The same for the shards with observers.
  template <class F>
  void for_each_observing_shard(F f) const {
    for (const auto& row : shards_) {
      if (row.observers > 0) f(row.shard);
    }
  }

 private:
  struct shard_row {
    std::uint32_t shard;
    std::size_t members;
    std::size_t observers;
  };
  std::vector<shard_row>::iterator row_of(std::uint32_t shard);

  std::unordered_map<session_address, room_member> members_;
  std::vector<shard_row> shards_;  ///< those with members, ascending
  std::size_t observers_ = 0;
  std::size_t deflating_ = 0;
};

}  // namespace roomd
