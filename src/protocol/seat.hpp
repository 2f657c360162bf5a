// A session's place in a room: how far it has got, and whether it hears the room live or reads on from its
// log.
//
// Live: every message of the room is put into the outbox as it comes, `next` is the number expected. Behind:
// live messages pass it by, and `next` is the cursor from which pages are read, until a page reaches the
// head; in that step it is live again, so that the seam has neither hole nor repeat. The room's answers and
// messages come through one hub in the room's order, which is what makes that true.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/ids.hpp"

namespace roomd::protocol {

class session;

struct seat {
  session* owner = nullptr;
  std::string room;
  room_number number = 0;
  std::uint64_t membership =
      0;  ///< the serial of the join that made it: pages of an earlier stay are not its own
  sequence next = 1;
  bool live = true;
  bool observer = false;     ///< hears presence changes
  bool leaving = false;      ///< a leave is under way, so that a join behind it begins a new membership
  bool missed_news = false;  ///< some of them were left out while it was behind: it needs the whole list
  std::size_t slot = 0;      ///< its place in the roster's list of the room; the roster's business
  std::size_t brought = 0;   ///< messages of the room's batch that it has had already; the fan-out's business
};

}  // namespace roomd::protocol
