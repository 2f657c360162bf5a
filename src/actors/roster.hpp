// Who is on this shard: its sessions by number, and for each room the seats of the sessions that are in it. One a
// shard, used on its thread only: by the hub, which brings what rooms say, and by the connections, which come and go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "actors/interfaces.hpp"
#include "core/batch.hpp"
#include "protocol/session.hpp"

namespace roomd::actors {

class roster {
 public:
  struct entry {
    protocol::session* session = nullptr;
    connection_actor actor;
  };

  /// The members of a room that are on this shard: at least one.
  struct room {
    std::vector<protocol::seat*> seats;
    batch waiting;  ///< what they will get at the end of the turn
  };

  void add(std::uint64_t number, entry e) { sessions_.emplace(number, std::move(e)); }
  void remove(std::uint64_t number) { sessions_.erase(number); }
  /// Null: it is gone.
  protocol::session* find(std::uint64_t number) const;
  const std::unordered_map<std::uint64_t, entry>& sessions() const { return sessions_; }

  /// Constant time, both.
  void enter(protocol::seat& s);
  void exit(protocol::seat& s);
  /// Null: nobody is in it. Valid until the last one has left it.
  room* find_room(room_number number);
  /// Memberships, over all rooms.
  std::size_t members() const { return members_; }

 private:
  std::unordered_map<std::uint64_t, entry> sessions_;
  std::unordered_map<room_number, room> rooms_;
  std::size_t members_ = 0;
};

}  // namespace roomd::actors
