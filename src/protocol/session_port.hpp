// What a session's state machine does to the world. The connection actor implements it; tests do with a list.
// No call comes back into the session before it returns.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "core/close_code.hpp"
#include "core/frame.hpp"
#include "core/pending_commands.hpp"
#include "core/room_messages.hpp"
#include "core/transport.hpp"
#include "protocol/seat.hpp"

namespace roomd::protocol {

using room_request =
    std::variant<join_room, leave_room, publish_message, read_history, list_members, read_page, update_info>;

inline std::string_view room_of(const room_request& r) {
  return std::visit([](const auto& what) { return std::string_view(what.room); }, r);
}

class session_port {
 public:
  virtual ~session_port() = default;
  virtual void send(frame_ptr f) = 0;
  /// Bytes sent that the peer's kernel has not taken.
  virtual std::size_t buffered() const = 0;
  /// Where `send` puts its frames, for as long as the session is open.
  virtual outbox& output() = 0;
  /// Whether it takes compressed frames.
  virtual bool deflates() const = 0;
  virtual void pause_reading(bool paused) = 0;
  /// Whether it comes before others on its shard: core/transport.hpp.
  virtual void favour(bool yes) = 0;
  /// core/transport.hpp says what these two are for.
  virtual bool input_waits() const = 0;
  virtual bool takes_output() const = 0;
  /// Ends the session. Nothing is sent after it.
  virtual void close(close_code code) = 0;
  virtual void close_discarding(close_code code) = 0;
  /// To the room, through the directory that knows it; requests to one room keep their order.
  virtual void request(room_request r) = 0;
  /// From now on the hub brings the room's messages to this seat, or no longer does.
  virtual void enter(seat& s) = 0;
  virtual void exit(seat& s) = 0;
  /// Puts the session in the shard's queue for the next page; `session::turn_to_read` is called when its turn
  /// comes.
  virtual void queue_for_page() = 0;
  /// `session::deadline()` may be earlier than it was.
  virtual void deadline_moved() = 0;
  /// Whether the sessions of this peer's address may put one more room to use. Nothing: yes; else how long to wait.
  virtual std::optional<std::chrono::milliseconds> charge_room() { return {}; }
  /// The room was in use.
  virtual void refund_room() {}
  /// Puts the session in the shard's queue of those whose rooms are to hear of a new info; `session::turn_to_tell` is
  /// called when its turn comes.
  virtual void queue_to_tell() = 0;
  /// A number that grows with every call on this node.
  virtual std::uint64_t next_stamp() = 0;
};

/// What sessions count for the shard's metrics.
struct session_counters {
  std::uint64_t deliveries = 0;
  std::uint64_t commands = 0;
  std::uint64_t errors = 0;
  std::uint64_t catch_ups = 0;
  std::uint64_t gaps = 0;
  std::uint64_t drops = 0;
  std::uint64_t info_bytes = 0;  ///< of the sessions that are there
  command_tally waiting;         ///< commands whose rooms have not answered
};

}  // namespace roomd::protocol
