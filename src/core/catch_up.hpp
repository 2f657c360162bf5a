// The order in which the sessions of one shard get pages of history: first come, first served. A session asks
// for one page at a time and comes again at the end, so that all who are behind move on evenly; and
// the pages of one turn share a budget in bytes, so that live messages of the others go first (promise 7 of
// docs/protocol.md). A turn that took long, because many live messages went to many, is worth a budget for each of its
// milliseconds, or catching up would never end there.
//
// Pure: owned by the shard's service and used on its thread. Bounded by the number of memberships on the shard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace roomd {

class catch_up_queue {
 public:
  struct request {
    std::uint64_t session;  ///< number of its session_address
    std::size_t bytes;      ///< how much the page may bring; counted against the budget
  };

  /// `session.catch_up_bytes`.
  explicit catch_up_queue(std::size_t bytes_a_share) : bytes_a_share_(bytes_a_share) {}

  /// Puts it at the end.
  void push(request r, time_point now);
  /// A new budget: a share for each millisecond since the last one was given, or since somebody began to wait; at
  /// least one, at most 32. What was left of the old one is lost.
  void begin_turn(time_point now);
  /// The next one to serve. Nothing: none waits, or it must wait for another turn. The first of a turn is
  /// served whatever its size, so that one bigger than the whole budget is not stuck.
  std::optional<request> pop();
  /// The session is gone, and all of its requests with it.
  void forget(std::uint64_t session);

  bool empty() const { return waiting_.empty(); }
  std::size_t size() const { return waiting_.size(); }

 private:
  using place = std::list<request>::iterator;

  void forget_place(place p);

  std::size_t bytes_a_share_;
  std::size_t left_ = 0;
  time_point given_{};  ///< when the budget was, or when somebody began to wait
  bool fresh_ = false;  ///< nothing was served in this turn
  std::list<request> waiting_;
  std::unordered_multimap<std::uint64_t, place> of_session_;
};

}  // namespace roomd
