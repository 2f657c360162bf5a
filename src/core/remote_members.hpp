// A room's sessions on the other nodes, as their words say (core/presence_word.hpp): what to feed into the room's
// presence, under addresses that no session here has, and whom to ask where a word is missing. Owned by the room and
// used on its shard. Time never goes back.
//
// A node is trusted from its list on until something is missing: a number, a part, the beginning of a life. Then it is
// in doubt: it stays listed as it was, but its words count for nothing until its next list. It has `patience` for that
// and is asked a second time at half of it; after that it is forgotten. So a room is right again after one list,
// whatever was lost, and a node that nobody hears of any more is nobody's ghost.
//
// Where the subscription was away, the room calls `doubt()` once it is back, before it hands in a word, then asks all
// and says its own list. A node that was forgotten and speaks again is asked like one that was never heard of.
//
// What is held grows with the sessions that the words brought and the nodes that spoke, of which it takes `max_nodes`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/presence_word.hpp"
#include "core/text_hash.hpp"
#include "core/time.hpp"

namespace roomd {

class remote_members {
 public:
  /// The shard of all addresses given here. No shard has this number.
  static constexpr std::uint32_t shard = 0xffffffff;
  static constexpr std::size_t max_nodes = 1024;

  struct arrival {
    session_address at;
    told_session who;
  };
  struct renewal {
    session_address at;
    std::string info;
    std::uint64_t stamp;
  };
  /// Meant for presence in this order, so that a user who changes devices within one word never goes: `came` joins,
  /// `updated` updates, `gone` leaves.
  struct outcome {
    std::vector<arrival> came{};
    std::vector<renewal> updated{};
    std::vector<session_address> gone{};
    std::vector<std::string> ask{};  ///< nodes whose lists are wanted: say each an `ask`
    bool asked = false;              ///< our own list is wanted
  };

  /// `own`: the node's own name; its words are not taken.
  remote_members(std::string own, std::chrono::milliseconds patience)
      : own_(std::move(own)), patience_(patience) {}

  outcome take(presence_word w, time_point now);
  /// The node's lease has ended: it has no sessions.
  outcome forget(const std::string& node);
  /// Words may have been lost: every node is in doubt.
  void doubt(time_point now);
  /// Asks again, and forgets who did not say a list in time.
  outcome expire(time_point now);
  /// When to call `expire` next.
  std::optional<time_point> next_expiry() const;

  std::size_t nodes() const { return peers_.size(); }
  /// Nodes whose list is known, and everything since.
  std::size_t trusted() const;
  std::size_t sessions() const;
  /// Words that could not be meant so, or came from one node too many.
  std::uint64_t nonsense() const { return nonsense_; }

 private:
  enum class standing : std::uint8_t {
    unknown,  ///< never heard of
    doubted,  ///< a list is wanted
    listing,  ///< some parts of it are there
    trusted,
  };
  struct seat {
    session_address at;
    std::string user;
    std::uint64_t stamp = 0;
  };
  using seat_map = text_map<seat>;
  struct peer {
    standing now = standing::unknown;
    std::uint64_t life = 0;
    std::uint64_t number = 0;            ///< of the newest word of this life
    std::uint64_t parts = 0;             ///< while listing
    std::vector<told_session> listed{};  ///< while listing
    time_point ask_again{};              ///< unless trusted
    time_point confirm_by{};             ///< unless trusted
    seat_map seats{};                    ///< by session id
  };

  void take(peer& p, news_word& n, const std::string& node, time_point now, outcome& o);
  void take(peer& p, list_word& l, const std::string& node, time_point now, outcome& o);
  /// A list is wanted from the node; asks for it, unless that is done already.
  void suspect(peer& p, const std::string& node, time_point now, outcome& o) const;
  /// Until it is trusted, its time runs.
  void await_list(peer& p, standing s, time_point now) const;
  void replace_all(peer& p, outcome& o);
  void settle(peer& p, told_session&& s, outcome& o);
  static void renew(seat& s, std::string&& info, std::uint64_t stamp, outcome& o);
  static void remove_all(const seat_map& seats, outcome& o);

  std::string own_;
  std::chrono::milliseconds patience_;
  text_map<peer> peers_;
  std::uint64_t last_number_ = 0;
  std::uint64_t nonsense_ = 0;
};

}  // namespace roomd
