// Which close code a WebSocket's end counts under.
#pragma once

#include <cstdint>

#include <boost/system/error_code.hpp>

namespace roomd::net {

namespace close_cause {
inline constexpr int none = 1006;         ///< no close frame
inline constexpr int application = 3000;  ///< the peer's own codes, 3000 to 4999, together
}  // namespace close_cause

/// The close handshake began (Beast has answered the peer, or told it what it did wrong): the socket is still good.
bool is_websocket_end(const boost::system::error_code& ec);

/// `ec` is such an end; `peer_code` is what the peer's close frame said.
int cause_of(const boost::system::error_code& ec, std::uint16_t peer_code);

}  // namespace roomd::net
