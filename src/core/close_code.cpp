#include "core/close_code.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace roomd {

namespace {

constexpr std::array<close_row, 11> rows = {{
    {close_code::going_away, "draining", reconnect::at_once},
    {close_code::message_too_big, "message_too_big", reconnect::no},
    {close_code::internal_error, "internal_error", reconnect::with_backoff},
    {close_code::unauthorized, "unauthorized", reconnect::no},
    {close_code::token_expired, "token_expired", reconnect::with_new_token},
    {close_code::disconnected, "disconnected", reconnect::no},
    {close_code::handshake_timeout, "handshake_timeout", reconnect::at_once},
    {close_code::ping_timeout, "ping_timeout", reconnect::at_once},
    {close_code::slow_consumer, "slow_consumer", reconnect::with_resume},
    {close_code::protocol_error, "protocol_error", reconnect::no},
    {close_code::too_many_connections, "too_many_connections", reconnect::with_backoff},
}};

}  // namespace

const close_row& describe(close_code c) {
  const auto row = std::find_if(rows.begin(), rows.end(), [c](const close_row& r) { return r.code == c; });
  assert(row != rows.end());
  return *row;
}

}  // namespace roomd
