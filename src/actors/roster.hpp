// Who is on this shard: its sessions by number, and for each room the seats of the sessions that are in it. One a
// shard, used on its thread only: by the hub, which brings what rooms say, and by the connections, which come and go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "actors/interfaces.hpp"
#include "protocol/session.hpp"

namespace roomd::actors {

class roster {
 public:
  struct entry {
    protocol::session* session = nullptr;
    connection_actor actor;
  };

  void add(std::uint64_t number, entry e) { sessions_.emplace(number, std::move(e)); }
  void remove(std::uint64_t number) { sessions_.erase(number); }
  /// Null: it is gone.
  protocol::session* find(std::uint64_t number) const;
  const std::unordered_map<std::uint64_t, entry>& sessions() const { return sessions_; }

  /// Constant time, both.
  void enter(protocol::seat& s);
  void exit(protocol::seat& s);
  /// The seats in a room. `f(seat&)` must not change who is in it.
  template <class F>
  void for_each(room_number room, F f) const {
    if (auto found = rooms_.find(room); found != rooms_.end())
      for (protocol::seat* s : found->second) f(*s);
  }
  /// Any seat of the room; null: nobody is in it.
  protocol::seat* any(room_number room) const;
  /// Memberships, over all rooms.
  std::size_t members() const { return members_; }

 private:
  std::unordered_map<std::uint64_t, entry> sessions_;
  std::unordered_map<room_number, std::vector<protocol::seat*>> rooms_;
  std::size_t members_ = 0;
};

}  // namespace roomd::actors
