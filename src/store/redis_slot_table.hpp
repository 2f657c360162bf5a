// Where each slot of a Redis Cluster is, as far as one shard knows, and which are on their way elsewhere. Pure: whoever
// owns it asks the servers and hands in what they say.
//
//   serving:  commands for the slot's rooms go to its home
//   leaving:  its home has refused it, or somebody else has it: nothing is sent any more
//   fenced:   a question went to the home, behind everything that was sent there for the slot; with its answer all of that
//             is answered, and the slot is due: it may begin at its next place
//
// Who is right where servers disagree: whose claim has the higher epoch, as among the servers themselves; and a server's
// own word that it does not serve a slot counts at once.
//
// A place is a server's number here, for as long as any slot is there or comes to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/redis_cluster_map.hpp"

namespace roomd::store {

class redis_slot_table {
 public:
  using place = std::uint16_t;
  static constexpr place nobody = redis_cluster_map::nobody;

  /// Where commands go; nobody: they cannot be sent now.
  place serving(std::size_t slot) const {
    return slots_[slot].now == standing::serving ? slots_[slot].home : nobody;
  }
  /// Also while it is being left.
  place home(std::size_t slot) const { return slots_[slot].home; }
  /// Where it goes; its home while that is not known, and while it is served.
  place next(std::size_t slot) const { return slots_[slot].next; }

  /// What a server says: the one at `teller`, or one of no place here.
  void learn(const redis_cluster_map& map, place teller);
  /// None of the servers that are known can be asked: whatever is said next is newer.
  void distrust();
  /// The server at this place has refused the slot. False: that is no news.
  bool doubt(std::size_t slot, place at);
  /// A question goes to the place now.
  void fence(place p);
  /// The answer came: the slots that are due there. `all`: also those that are not fenced, as nothing is under way there.
  std::vector<std::size_t> due(place p, bool all) const;
  /// They are at their next places from now on; how many of them were elsewhere.
  std::size_t move(const std::vector<std::size_t>& slots);
  /// Places that some slot is leaving; nobody among them, where one comes from nowhere.
  std::vector<place> left() const;

  std::size_t places() const { return places_.size(); }
  const redis_place& endpoint(place p) const { return places_[p]; }
  /// By place: the slots that are there or come to it.
  std::vector<std::size_t> loads() const;
  /// Whether the slot is there or comes there.
  bool belongs(std::size_t slot, place p) const { return slots_[slot].home == p || slots_[slot].next == p; }
  /// Slots that no server serves.
  std::size_t orphans() const;

 private:
  enum class standing : std::uint8_t { serving, leaving, fenced };
  struct entry {
    place home = nobody;
    place next = nobody;  ///< where it goes; `home` while that is not known, and while it is served
    standing now = standing::serving;
    std::uint64_t epoch = 0;  ///< of the newest claim
  };

  void leave(entry& e, place next);
  void claim(entry& e, place who, std::uint64_t epoch, place teller);
  std::vector<place> places_of(const redis_cluster_map& map);

  std::vector<entry> slots_ = std::vector<entry>(redis_slots);
  std::vector<redis_place> places_;
};

}  // namespace roomd::store
