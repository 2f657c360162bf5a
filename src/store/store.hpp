// The contract of every engine: a room's ordered log, kept beyond the room's actor. One store a shard, used on its
// thread only; it outlives the rooms that it opened. A room is opened once at a time and closed by destroying the
// handle. tests/unit/store/store_suite.hpp runs against every sibling.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/error.hpp"
#include "core/room_log.hpp"

namespace roomd::store {

/// The two clocks of one moment: time-outs and ages are measured on the first, people are told the second.
struct moment {
  std::chrono::steady_clock::time_point now;
  unix_ms wall = 0;
};

/// What became of a publish.
struct receipt {
  position at;
  message_ptr made;  ///< null: a duplicate, `at` is the first one's place
};

/// An open room.
class room_store {
 public:
  virtual ~room_store() = default;
  /// The newest part of the room's log, without what is too old by now. Valid until the next call.
  virtual const room_log& log(moment at) = 0;
  /// Numbers and keeps a message, or finds it by its key. `done` is called once, in the order of the calls, perhaps
  /// before this returns; an `unavailable` says that nothing was kept.
  virtual void append(draft what, moment at, std::function<void(result<receipt>)> done) = 0;
};

class room_engine {
 public:
  virtual ~room_engine() = default;
  virtual std::unique_ptr<room_store> open(const std::string& room) = 0;
  /// Frees what is too old. Called about once a second.
  virtual void sweep(moment at) = 0;
  /// Bytes of history held.
  virtual std::size_t bytes() const = 0;
};

}  // namespace roomd::store
