// What the network side needs of the shard that it runs on, and what the daemon does with what comes in. One
// context a shard, made by the daemon; everything in it is used on the shard's thread only.
#pragma once

#include <functional>
#include <string>

#include "core/queries.hpp"
#include "core/stats.hpp"
#include "core/time.hpp"
#include "core/timing_wheel.hpp"
#include "core/transport.hpp"
#include "core/turn.hpp"

namespace boost::asio {
class io_context;
}

namespace roomd::net {

/// The shard's clock and its timers. A timer must be cancelled, or be gone, before the shard is.
class shard_services {
 public:
  virtual ~shard_services() = default;
  virtual time_point now() const = 0;
  virtual void set_timer(wheel_timer& t, time_point deadline) = 0;
  virtual void cancel_timer(wheel_timer& t) = 0;
};

/// Who connected, as far as the socket and the HTTP request say.
struct peer {
  std::string address;     ///< of the socket, see coalescing_stream::peer_group()
  std::string user_agent;  ///< as sent; may be empty
  std::string token;  ///< of `Authorization: Bearer`, else of the query's `token`; empty where there is none
};

/// Makes the session of an accepted WebSocket and returns its listener. May throw: that closes with 1011.
using session_factory = std::function<listener_ptr(transport_ptr, peer)>;

struct shard_context {
  boost::asio::io_context& io;
  turn_queue& turns;
  shard_services& services;
  shard_stats&
      stats;  ///< `sockets`, `connections`, `outbox_bytes`, `bytes_*`, `http_requests`, `closes` are net's
  queries& api;
  session_factory open_session;
};

}  // namespace roomd::net
