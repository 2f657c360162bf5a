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

#include "core/batch.hpp"
#include "core/ids.hpp"
#include "core/transport.hpp"

namespace roomd::protocol {

class session;

struct seat {
  // What each delivery looks at comes first, so that it lies together.
  session* owner = nullptr;
  outbox* output = nullptr;  ///< the owner's
  std::size_t bound = 0;     ///< bytes: of the outbox
  session_tag tag = 0;       ///< the owner's
  sequence next = 1;
  std::uint32_t brought =
      0;  ///< messages of the room's batch that it has had already; the fan-out's business
  bool live = true;
  bool deflates = false;     ///< takes compressed frames
  bool observer = false;     ///< hears presence changes
  bool leaving = false;      ///< a leave is under way, so that a join behind it begins a new membership
  bool asked = false;        ///< a page is under way
  bool missed_news = false;  ///< some of them were left out while it was behind: it needs the whole list
  bool info_due = false;     ///< the room does not know the session's newest info
  bool info_asked = false;   ///< the room has not answered the last `update_info`
  std::uint32_t slot = 0;    ///< its place in the roster's list of the room; the roster's business

  std::string room;
  room_number number = 0;
  /// The serial of the join that made it, and how often the room was renumbered since: pages of an earlier stay, or of
  /// an earlier numbering, are not its own.
  std::uint64_t membership = 0;

  /// A turn's messages at once: all of them are what it waits for, and go out as they are. That is the rule, and touches
  /// the seat and the outbox and nothing else: with thousands of members each object more must come from memory. False:
  /// nothing was taken, and each message is for `session::deliver`.
  bool take(const batch& b);
};

}  // namespace roomd::protocol
