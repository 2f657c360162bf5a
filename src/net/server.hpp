// The network side of one shard: its listeners and its connections, HTTP and WebSocket. Made by the daemon, one a
// shard, before the shard's loop runs; every function is for the shard's thread, or for any while no loop runs.
//
// Life: `listen()` for each socket; serving; `leave()` (the node is about to go: answers say `Connection: close`); `drain()`
// (no new connections, HTTP ends, upgrades are refused, WebSocket sessions are the daemon's to close); `stop()` (every
// socket is gone). After `stop()` the server may go once the loop ran dry or its io_context is destroyed; what is left of
// the connections does not touch it any more.
#pragma once

#include <memory>
#include <vector>

#include "config/settings.hpp"
#include "net/coalescing_stream.hpp"
#include "net/connection_context.hpp"
#include "net/log_limit.hpp"
#include "net/node_state.hpp"
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
  void leave() { context_.leave(); }
  void drain();
  void stop();
  /// What its connections share.
  connection_context& context() { return context_; }

 private:
  http_place make_place(const peer_key& newcomer);

  connection_context context_;
  tls_context_ptr tls_;
  std::vector<char> input_;
  std::vector<char> output_;
  stream_home streams_;
  std::vector<std::shared_ptr<listener>> listeners_;
  log_limit over_limit_;
};

}  // namespace roomd::net
