// Rooms of a Redis Cluster whose keys are at another server than their slot, since the slot is on its way there (ASK). Pure:
// whoever owns it hands in what servers answer, and asks what the table's owner wants to know of a key.
//
//   leaving:  the server at which the room was has sent it elsewhere. Nothing is sent for it any more; a question went to
//             that server behind all that was sent before, and with its answer the room may begin at its next place
//   there:    its scripts go to its next place, each behind ASKING
//
// A room is known by its tag, as all its keys have the same one.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "store/redis_slot_table.hpp"

namespace roomd::store {

class redis_detours {
 public:
  using place = redis_slot_table::place;
  static constexpr place nobody = redis_slot_table::nobody;

  bool empty() const { return rooms_.empty(); }
  /// Where the room's scripts go; nobody: nowhere now. None: where its slot is.
  std::optional<place> serving(std::string_view key) const;
  /// The same while it is left, as far as connections to the place matter to it.
  std::optional<place> at(std::string_view key) const;

  /// The server at `from` says that the room's keys are at `to` by now; nobody: that it has none of them. False: that is
  /// no news, or not that server's to say.
  bool sent_on(std::string_view key, place from, place to);
  /// Everything that was sent to the place that is left has been answered. False: it is no longer being left.
  bool left(std::string_view key);
  /// The connection to the place is lost: who was leaving it has left.
  void lost(place p);
  /// The slot is at `home` from now on. True: the room's scripts go there already.
  bool arrived(std::string_view key, place home) const;
  /// Rooms that were sent away from where they had been sent on to are not sent on again before this.
  void forgive() { barred_.clear(); }
  void forget_slots(const std::function<bool(std::size_t slot)>& which);

 private:
  static constexpr std::size_t most_rooms = 100000;

  struct entry {
    place now = nobody;   ///< nobody: where its slot is
    place next = nobody;  ///< while it is leaving
    place from = nobody;
    bool leaving = true;
  };
  using rooms = std::map<std::string, entry, std::less<>>;
  const entry* find(std::string_view key) const;
  void settle(rooms::iterator at);

  rooms rooms_;  ///< by tag
  std::set<std::string, std::less<>> barred_;
};

}  // namespace roomd::store
