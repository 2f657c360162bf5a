// The network side of one shard: its listeners and its connections, HTTP and WebSocket. Made by the daemon, one a
// shard, before the shard's loop runs; every function is for the shard's thread, or for any while no loop runs.
//
// Life: `listen()` for each socket; serving; `drain()` (no new connections, HTTP ends, WebSocket sessions are the
// daemon's to close); `stop()` (every socket is gone). After `stop()` the server may go once the loop ran dry or its
// io_context is destroyed; what is left of the connections does not touch it any more.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "config/settings.hpp"
#include "net/coalescing_stream.hpp"
#include "net/connection_registry.hpp"
#include "net/shard_context.hpp"
#include "net/tls.hpp"
#include "net/unique_fd.hpp"

namespace roomd::net {

class listener;

/// What the shards' servers count together.
struct node_state {
  std::atomic<std::uint32_t> sessions{0};  ///< open WebSockets, for limits.connections

  /// A place for one more session. False: all `most` are taken.
  bool take_place(std::uint32_t most);
  void give_place() { sessions.fetch_sub(1, std::memory_order_relaxed); }
};

class server {
 public:
  /// `tls` may be null where nothing listens with TLS. `node` outlives the server.
  server(shard_context shard, node_state& node, std::shared_ptr<const config::settings> settings,
         tls_context_ptr tls);
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server();

  /// Accepts from a listening socket and serves on this shard.
  void listen(unique_fd listening, bool tls);
  /// The same, but the connections are dealt out in turn among `all`, which may contain this server.
  void listen(unique_fd listening, bool tls, std::vector<server*> all);
  /// Serves an accepted socket.
  void adopt(unique_fd socket, bool tls);
  /// `adopt` from any thread, later, on the server's own.
  void hand_over(unique_fd socket, bool tls);
  /// New settings and certificate, for what comes from now on.
  void reload(std::shared_ptr<const config::settings> settings, tls_context_ptr tls);
  void drain();
  void stop();

  // --- for the connections -------------------------------------------------------------------------------------

  shard_context& shard() { return shard_; }
  node_state& node() { return node_; }
  connection_registry& connections() { return connections_; }
  const config::settings& settings() const { return *settings_; }
  bool draining() const { return draining_; }
  void set_timer(wheel_timer& t, std::chrono::milliseconds after);
  void cancel_timer(wheel_timer& t);

 private:
  shard_context shard_;
  node_state& node_;
  std::shared_ptr<const config::settings> settings_;
  tls_context_ptr tls_;
  std::vector<char> input_;
  stream_home streams_;
  connection_registry connections_;
  std::vector<std::shared_ptr<listener>> listeners_;
  bool draining_ = false;
};

}  // namespace roomd::net
