// Control frames (RFC 6455 section 5.5): what a peer's close says, ours as bytes, and which code an end counts under.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/frame.hpp"

namespace roomd::net {

namespace close_cause {
inline constexpr int protocol_error = 1002;
inline constexpr int no_status = 1005;    ///< a close frame without a code
inline constexpr int none = 1006;         ///< no close frame
inline constexpr int bad_payload = 1007;  ///< not UTF-8, or not deflate data
inline constexpr int too_big = 1009;
inline constexpr int application = 3000;  ///< the peer's own codes, 3000 to 4999, together
}  // namespace close_cause

/// The code in a peer's close frame; close_cause::no_status where it has none, nothing where the frame is not one that a
/// peer may send.
std::optional<int> read_close(std::string_view payload);

/// What an end with this code of the peer's counts under.
int counted_as(int peer_code);

/// Our close frame. `reason` is cut off where a control frame has no room for it.
frame_ptr close_frame(int code, std::string_view reason);
/// The answer to a ping, which has at most 125 bytes.
frame_ptr pong_frame(std::string_view payload);

}  // namespace roomd::net
