// A connection's HTTP part: the TLS handshake, then requests one after the other until the client leaves, the idle
// time-out ends it, or a request becomes a WebSocket.
//
// Requests that come before their predecessor is answered wait in the read buffer, which holds at most
// http.max_header_bytes; nothing is read meanwhile. An answer must be taken within session.write_timeout.
#pragma once

#include <memory>

#include "net/node_state.hpp"
#include "net/peer_table.hpp"

namespace roomd::net {

class coalescing_stream;
class connection_context;

/// What the server knows of a connection that it accepts.
struct newcomer {
  http_place place = http_place::full;
  peer_key who{};
};

/// Serves a connection, which keeps itself alive until it ends; the server's registry can end it. It gives its place back.
void start_http(connection_context& c, std::shared_ptr<coalescing_stream> stream, const newcomer& whose);

}  // namespace roomd::net
