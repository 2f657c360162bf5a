// What happened to a room's users in a turn, until it is told to the observers: all of it together, each user once. Who
// joined and left meanwhile is not told of at all; of several infos the newest counts. Owned by the room and used on its
// shard; what it holds grows with the changes of a turn, of which the room tells at the latest after `most_changes`.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/member.hpp"

namespace roomd {

class presence_digest {
 public:
  static constexpr std::size_t most_changes = 1024;
  static constexpr std::size_t most_newcomers = 64;

  void add(presence_change change);
  /// An observer that knows from the answer to its join what was added until now: it is told of the rest only.
  void add_newcomer(session_address s) {
    if (!changes_.empty()) newcomers_.push_back({s, changes_.size()});
  }

  bool empty() const { return changes_.empty(); }
  /// It is to be told now.
  bool full() const { return changes_.size() >= most_changes || newcomers_.size() >= most_newcomers; }

  struct told {
    presence_change all;
    /// What each newcomer is told in place of `all`; it may be nothing.
    std::vector<std::pair<session_address, presence_change>> newcomers;
  };
  /// What is to be told; empties it.
  told take();

 private:
  enum class kind : std::uint8_t { joined, left, updated };
  struct event {
    kind what;
    user_info who;
  };
  struct newcomer {
    session_address session;
    std::size_t from;  ///< the first change that it does not know
  };
  presence_change fold(std::size_t from) const;
  static presence_change alone(const event& e);

  std::vector<event> changes_;
  std::vector<newcomer> newcomers_;
};

}  // namespace roomd
