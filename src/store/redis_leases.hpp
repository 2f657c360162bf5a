// Which nodes live, as the leases in Redis say (store/redis/lease.lua, whose head has the law): a node lives as long as
// its beat comes once a lease. All nodes hear all beats; one that has not come half a second after it was due is asked
// about. Pure: the node's Redis link runs the script, at `next_look()`, one run at a time, and hands in the replies and
// what the leases' channel brings. One object a node; one thread.
//
// A beat that stands still is judged by our own steady clock. What Redis says of its age only makes the judgement
// sooner, and never by more than the time since our last look, so that no step of Redis' clock ends a node or keeps
// one. Nor does an answer end anybody that took more than half a second, or is the first after our link was away: Redis
// itself may have stood still, and everybody's beat with it. They have half a lease more then.
//
// What a node says proves nothing about its lease. One that is heard (`heard()`) although it had ended, or before it
// was ever seen here, ends again unless its lease shows that it lives; so nobody lists a dead node for a word that came
// late.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text_hash.hpp"
#include "core/time.hpp"
#include "store/redis_reply.hpp"

namespace roomd::store {

class redis_leases {
 public:
  /// `own`: our node's name. `lease` is the same on all nodes, and a second at least.
  redis_leases(std::string own, std::chrono::milliseconds lease) : own_(std::move(own)), lease_(lease) {}

  /// When to run the script next, and thereby renew our own lease: once a lease, and sooner where somebody is late. Not
  /// before `now`.
  time_point next_look(time_point now) const;
  /// Who is late, for the script: `most_late` at most. They stand until the next call of anything.
  std::vector<std::string_view> late(time_point now) const;
  /// What the script answered, asked at `asked_at`: the nodes that have ended since, each once. An error or what is no
  /// answer of the script's is as good as none.
  std::vector<std::string> take(const redis_reply& reply, time_point asked_at, time_point now);
  /// What the leases' channel has brought: NODE BEAT. What makes no sense is passed over.
  void take_beat(std::string_view said, time_point now);
  /// The link broke; an answer that is still out will not be handed in.
  void link_lost() { after_loss_ = true; }
  /// The node has said something on some channel.
  void heard(const std::string& node, time_point now);
  /// Our own lease may have lapsed, so that others may have taken us for dead: all our lists are wanted anew. Once.
  bool own_lapsed() { return std::exchange(own_lapsed_, false); }

  /// Nodes that had ended for us and live all the same: what they said of themselves has to be asked for. Once.
  std::vector<std::string> take_returned() { return std::exchange(returned_, {}); }

  /// Nodes that live, without our own.
  std::size_t living() const;
  /// Nodes that are remembered.
  std::size_t size() const { return nodes_.size(); }

 private:
  static constexpr std::size_t most_late = 64;

  struct row {
    std::string_view node;
    std::int64_t beat;
    std::chrono::milliseconds age;
    std::int64_t listening;  ///< -1: was not asked
  };
  struct entry {
    std::optional<std::int64_t> beat;  ///< none: heard only
    time_point due;                    ///< the next beat
    bool connected = false;            ///< was seen to be, since its beat was late
    bool lives = true;
    std::uint64_t seen = 0;   ///< in this look
    std::uint64_t asked = 0;  ///< about, in this look
  };
  using nodes_t = text_map<entry>;
  struct renewal {
    std::int64_t beat;
    time_point since;  ///< not later than it was made
  };

  static std::optional<std::vector<row>> rows_of(const redis_reply& reply);
  /// From here on half a lease must go by before anybody is judged.
  void beware(time_point now) { judge_from_ = now + lease_ / 2; }
  void look_at_own(const row& r, time_point asked_at, time_point now);
  void look_at(const row& r, time_point asked_at, time_point now);
  void moved(nodes_t::value_type& n, std::int64_t beat, time_point due);
  /// When somebody whose beat does not come is to be asked about, and ends unless he is found to be connected.
  time_point patience_of(const entry& n) const;
  std::vector<std::string> judge(time_point asked_at);

  std::string own_;
  std::chrono::milliseconds lease_;
  nodes_t nodes_;
  std::optional<renewal> renewed_;  ///< our own lease
  std::optional<time_point> tried_;
  bool failed_ = false;  ///< the last try
  std::optional<time_point> looked_;
  std::uint64_t looks_ = 0;
  time_point judge_from_{};
  bool after_loss_ = false;
  bool own_lapsed_ = false;
  std::vector<std::string> returned_;
};

}  // namespace roomd::store
