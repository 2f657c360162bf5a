// The network side of one shard: its listeners and its connections, HTTP and WebSocket. Made by the daemon, one a
// shard, before the shard's loop runs; every function is for the shard's thread, or for any while no loop runs.
//
// Life: `listen()` for each socket; serving; `leave()` (the node is about to go: answers say `Connection: close`); `drain()`
// (no new connections, HTTP ends, upgrades are refused, WebSocket sessions are the daemon's to close); `stop()` (every socket is gone). After `stop()` the server may go once the loop ran dry or its
// io_context is destroyed; what is left of the connections does not touch it any more.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "net/coalescing_stream.hpp"
#include "net/connection_registry.hpp"
#include "net/log_limit.hpp"
#include "net/node_state.hpp"
#include "net/peer_table.hpp"
#include "net/shard_context.hpp"
#include "net/tls.hpp"
#include "net/unique_fd.hpp"

namespace roomd::net {

class listener;

/// A socket that was accepted, and whose it is.
struct accepted_socket {
  unique_fd fd;
  peer_key who{};
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
  /// Serves an accepted socket, or turns it away where there are as many as there may be.
  void adopt(accepted_socket socket, bool tls);
  /// `adopt` from any thread, later, on the server's own.
  void hand_over(accepted_socket socket, bool tls);
  /// New settings and certificate, for what comes from now on.
  void reload(std::shared_ptr<const config::settings> settings, tls_context_ptr tls);
  void leave() { leaving_ = true; }
  void drain();
  void stop();

  // --- for the connections -------------------------------------------------------------------------------------

  shard_context& shard() { return shard_; }
  node_state& node() { return node_; }
  connection_registry& connections() { return connections_; }
  /// Those that have such a place.
  peer_table& peers(http_place p) { return p == http_place::full ? peers_ : reserve_; }
  /// Those of now: what begins holds on to them, since a reload brings others.
  const std::shared_ptr<const config::settings>& shared_settings() const { return settings_; }
  bool leaving() const { return leaving_ || draining_; }
  bool draining() const { return draining_; }
  void log_refused_origin(std::string_view origin, std::string_view peer);
  void set_timer(wheel_timer& t, std::chrono::milliseconds after);
  void cancel_timer(wheel_timer& t);

 private:
  http_place make_place(const peer_key& newcomer);

  shard_context shard_;
  node_state& node_;
  std::shared_ptr<const config::settings> settings_;
  tls_context_ptr tls_;
  std::vector<char> input_;
  std::vector<char> output_;
  stream_home streams_;
  connection_registry connections_;
  peer_table peers_;
  peer_table reserve_;
  std::vector<std::shared_ptr<listener>> listeners_;
  log_limit over_limit_;
  log_limit refused_origins_;
  bool leaving_ = false;
  bool draining_ = false;
};

}  // namespace roomd::net
