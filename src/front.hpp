// The network side of the daemon: a server on every shard of the node, and the sockets that they accept from. Made,
// used and destroyed by the daemon on the main thread. It outlives the node: the operations that `stop` cancels have
// their last words while the node's shards end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "net/server.hpp"
#include "net/shard_context.hpp"

#include "node.hpp"

namespace roomd {

class front {
 public:
  front(node& n, actors::settings_ptr s, net::tls_context_ptr tls);
  front(const front&) = delete;
  front& operator=(const front&) = delete;
  ~front();

  /// Opens what the settings name and serves it, and the inherited sockets; says in words why not. With inherited
  /// ones `server.listen` is not opened: the service manager says where roomd listens.
  std::string listen(const config::settings& s, const std::vector<int>& inherited);
  void reload(actors::settings_ptr s, net::tls_context_ptr tls);
  /// The node is about to go: what is answered says `Connection: close`.
  void leave();
  /// No new connections.
  void drain();
  /// Whether HTTP connections are left: answers that are on their way.
  bool answers() const { return shared_.http.load() > 0; }
  /// Every socket is gone when it returns. The last call while the node is there.
  void stop();

 private:
  class services;
  /// Runs `f(server)` on every shard; returns when all have.
  template <class F>
  void everywhere(F f);

  node& node_;
  net::node_state shared_;
  std::vector<std::unique_ptr<services>> services_;
  std::vector<std::unique_ptr<net::server>> servers_;
};

}  // namespace roomd
