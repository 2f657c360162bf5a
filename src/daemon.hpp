// The process: builds everything in start order (node, front, listeners), waits for signals, stops in reverse.
// SIGTERM and SIGINT drain, a second one ends at once; SIGHUP reloads. Lives on the main thread, which does nothing
// else; the shards serve.
#pragma once

#include <cstddef>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "front.hpp"
#include "node.hpp"
#include "start.hpp"
#include "watchdog.hpp"

namespace roomd {

class daemon {
 public:
  daemon(command_line flags, config::settings s, inherited_sockets inherited);
  /// Serves until a signal ends it. The exit code: 0 drained, 1 it could not start.
  int run();

 private:
  bool start();
  void start_watchdog();
  void wait_for_signal();
  void on_signal(int number);
  void reload();
  void drain();
  void shard_drained();

  command_line flags_;
  actors::settings_ptr settings_;
  inherited_sockets inherited_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_;
  std::optional<front> front_;  ///< outlives the node
  std::optional<node> node_;
  std::optional<watchdog> watchdog_;
  net::tls_context_ptr tls_;
  bool draining_ = false;
  std::size_t shards_left_ = 0;  ///< shards that have sessions, in a drain
};

}  // namespace roomd
