// WebSocket text frames as a server sends them (RFC 6455 section 5.2): whole messages in one frame, not
// masked. A header is written in front of its payload, in room that was left there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/frame.hpp"

namespace roomd::protocol {

/// Bytes of the longest header.
inline constexpr std::size_t max_ws_header = 10;

/// Bytes of the header in front of so long a payload.
constexpr std::size_t ws_header_size(std::size_t payload) {
  if (payload < 126) return 2;
  return payload <= 0xFFFF ? 4 : max_ws_header;
}

/// A text frame's first byte: the whole message, without and with compression (RSV1, RFC 7692 section 6).
inline constexpr char final_text = '\x81';
inline constexpr char final_deflated_text = '\xc1';
/// A message in two frames (RFC 6455 section 5.4): the first bytes of the first and of the last.
inline constexpr char begun_text = '\x01';
inline constexpr char final_continuation = '\x80';

/// Makes a text frame of what stands in `bytes` from `payload` on. There must be room for its header before.
frame frame_in_place(std::string bytes, std::size_t payload, char first_byte = final_text);

/// A text frame with a copy of `payload`.
frame_ptr text_frame(std::string_view payload);

}  // namespace roomd::protocol
