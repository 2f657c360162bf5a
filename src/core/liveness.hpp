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
// any more: it may have stood behind those bytes. Time in which the session itself reads nothing does not count
// either: an unanswered ping gets its whole time anew once reading goes on.
//
// A verdict says that a time is over, not whose fault that is. Where the process stood still, what would have prevented
// it may lie in the socket, so whoever gets a verdict looks there first and then calls `spare` or `progressed`.
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

  /// The `hello` was accepted. `early`: the first ping comes so much sooner than an interval from now, so that sessions
  /// that began together are not pinged together.
  void opened(time_point now, std::chrono::milliseconds early = {});
  /// Something came from the peer, whatever it is.
  void received(time_point) { unanswered_ = false; }
  /// Output waits for the peer. Said twice it is said once.
  void blocked(time_point now);
  /// The peer took some of it.
  void progressed(time_point now, bool still_waiting);
  /// The session stopped reading, or reads on.
  void reading(bool yes);
  /// After a verdict of no `hello` or no answer: input of the peer's lies unread. False: it was spared before `hello`
  /// once already, and the verdict stands.
  bool spare(time_point now);

  bool is_blocked() const { return blocked_; }

  /// When to check next. Every event can move it, both ways; after `received` there is no need to look, since
  /// a check that comes too early only says `wait`.
  time_point deadline() const;
  /// What to do now. `ping` counts as sent with this call; an end is said at every call until something
  /// changes.
  verdict check(time_point now);

 private:
  const liveness_limits* limits_;
  time_point pinged_at_;  ///< an interval before the next ping is due; before `hello` the handshake's start
  time_point since_;      ///< where the running write or answer time-out counts from
  bool open_ = false;
  bool blocked_ = false;
  bool unanswered_ = false;  ///< a ping is
  bool reads_ = true;
  bool lenient_ =
      false;  ///< reading stood still while the ping was unanswered: its time begins at the next check
  bool spared_ = false;  ///< before `hello`
};

}  // namespace roomd
