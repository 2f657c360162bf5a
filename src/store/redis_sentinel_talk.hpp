// What is said to one sentinel and what it answers, over one connection: which server is the master of a name, and the
// announcement that another one has become it. Pure: whoever owns it has the socket and the clock. One for each connection.
//
// A connection that listens to channels takes no other commands, so a question is four of them, sent together: no longer
// listen, which election, which address, listen again. An announcement that falls between the last two is missed, and
// found by the next question. An announcement is only the reason to ask: it bears no epoch, and the answer does.
//
// The epoch is asked for before the address. So, where the master changes between the two, an address is at most said to
// be older than it is, never newer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/redis_place.hpp"
#include "store/redis_reply.hpp"

namespace roomd::store {

struct redis_master {
  redis_place at;
  std::uint64_t epoch = 0;  ///< of its election, the configuration epoch: the higher one is newer

  bool operator==(const redis_master&) const = default;
};

class redis_sentinel_talk {
 public:
  enum class news : std::uint8_t {
    nothing,
    announced,  ///< the master is another one: time to ask
    answered,   ///< master() says what
    broken,     ///< problem() says why; the connection is of no use any more
  };

  /// `name`: the master's.
  explicit redis_sentinel_talk(std::string_view name);

  /// What has to go to the sentinel; not while asking().
  std::string ask();
  bool asking() const { return awaited_ != reply::none; }
  news receive(const redis_reply& r);

  /// What it answered last; none: it knows no master of that name.
  const std::optional<redis_master>& master() const { return master_; }
  /// One word for a log.
  const std::string& problem() const { return problem_; }

 private:
  /// Of a question, in their order.
  enum class reply : std::uint8_t { none, left, epoch, address, listening };

  news take(const redis_reply& r);
  news take_epoch(const redis_reply& r);
  news take_address(const redis_reply& r);
  news refuse(std::string_view why);

  std::string name_;
  reply awaited_ = reply::none;
  std::optional<std::uint64_t> epoch_;  ///< of the question that is under way
  std::optional<redis_master> master_;
  std::string problem_;
};

}  // namespace roomd::store
