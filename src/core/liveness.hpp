// When a session must be pinged or ended. Pure: its session tells it what happens and asks for a verdict when
// the deadline is over. One in every session, on the session's shard; created with the connection.
//
// Three time-outs, of which exactly one holds at any time:
//   before `hello`      the handshake's;
//   while bytes wait    the write time-out, counted from the last progress (promise 6: 4006, not 4005);
//   else                the ping's: one goes out an interval after the last one (or after `hello`), and
//   anything
//                       received counts as its answer.
// While bytes wait no ping is sent, and one that is unanswered gets its whole time anew once nothing waits
// any more: it may have stood behind those bytes.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/time.hpp"

namespace roomd {

struct liveness_limits {
  std::chrono::milliseconds handshake_timeout;
  std::chrono::milliseconds ping_interval;
  std::chrono::milliseconds ping_timeout;
  std::chrono::milliseconds write_timeout;
};

class liveness {
 public:
  enum class verdict : std::uint8_t { wait, ping, handshake_timeout, ping_timeout, slow_consumer };

  /// The connection is there. `l` is referred to and must outlive this.
  liveness(const liveness_limits& l, time_point now) : limits_(&l), pinged_at_(now), since_(now) {}

  /// The `hello` was accepted.
  void opened(time_point now);
  /// Something came from the peer, whatever it is.
  void received(time_point) { unanswered_ = false; }
  /// Output waits for the peer. Said twice it is said once.
  void blocked(time_point now);
  /// The peer took some of it.
  void progressed(time_point now, bool still_waiting);

  bool is_blocked() const { return blocked_; }

  /// When to check next. Every event can move it, both ways; after `received` there is no need to look, since
  /// a check that comes too early only says `wait`.
  time_point deadline() const;
  /// What to do now. `ping` counts as sent with this call; an end is said at every call until something
  /// changes.
  verdict check(time_point now);

 private:
  const liveness_limits* limits_;
  time_point pinged_at_;  ///< the last ping, or `hello`, or the connection's start
  time_point since_;      ///< where the running write or answer time-out counts from
  bool open_ = false;
  bool blocked_ = false;
  bool unanswered_ = false;  ///< a ping is
};

}  // namespace roomd
