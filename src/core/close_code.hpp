// Every reason for which roomd ends a WebSocket: section 6 of docs/protocol.md.
#pragma once

#include <cstdint>
#include <string_view>

namespace roomd {

enum class close_code : std::uint16_t {
  going_away = 1001,            ///< the node drains
  message_too_big = 1009,       ///< longer than `session.max_message`
  internal_error = 1011,        ///< a fault of ours; the session can be resumed
  unauthorized = 4001,          ///< a command before `hello`, or a token that does not hold
  token_expired = 4002,         ///< the token ran out and was not refreshed
  disconnected = 4003,          ///< an administrator or the backend ended the session
  handshake_timeout = 4004,     ///< no `hello` in time
  ping_timeout = 4005,          ///< no sign of life after a ping
  slow_consumer = 4006,         ///< bytes waited for the whole write time-out without progress
  protocol_error = 4007,        ///< not one JSON object in a text frame
  too_many_connections = 4008,  ///< the node has as many connections as it may
};

enum class reconnect : std::uint8_t { no, at_once, with_backoff, with_resume, with_new_token };

struct close_row {
  close_code code;
  std::string_view reason;  ///< the close frame's text
  reconnect next;           ///< what a client should do
};

const close_row& describe(close_code c);

}  // namespace roomd
