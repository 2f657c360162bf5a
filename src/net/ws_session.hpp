// An accepted WebSocket (RFC 6455) over the coalescing stream. It is the transport of one session: text in, frames out,
// pongs, and the close handshake.
//
// Life: the upgrade's answer, then `open_session` makes the session, then messages, until one side closes or the
// socket fails; `on_closed` is the last thing that the session hears, from a completion of its own. Keeps itself alive
// until then.
//
// `shard_stats::closes` counts the code with which we ended it, 1006 where no close frame came; `peer_closes` the peer's
// (its own range, 3000 to 4999, as 3000), 1005 where it gave none. What holds for it are the settings that it began with.
#pragma once

#include <memory>

#include "net/shard_context.hpp"
#include "net/upgrade.hpp"

namespace roomd::net {

class coalescing_stream;
class connection_context;

/// Answers the upgrade that `check_upgrade` has passed and serves what follows. Over limits.connections it closes
/// with 4008 instead.
void start_websocket(connection_context& c, std::shared_ptr<coalescing_stream> stream, const upgrade& how,
                     peer who);

}  // namespace roomd::net
