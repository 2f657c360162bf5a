// The process: reads the settings, builds everything in start order (node, front, listeners), waits for signals, stops in
// reverse. SIGTERM and SIGINT drain, a second one ends at once; SIGHUP reloads. Lives on the main thread, which does
// nothing else and never waits for a file; the shards serve.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "blocking_work.hpp"
#include "front.hpp"
#include "memory_return.hpp"
#include "node.hpp"
#include "start.hpp"
#include "watchdog.hpp"

namespace roomd {

class daemon {
 public:
  /// From here on no signal is lost.
  daemon(command_line flags, inherited_sockets inherited);
  /// Serves until a signal ends it. The exit code: 0 drained, 1 it could not start.
  int run();
  /// A thread waits for a file for ever: the process must end without it.
  bool stuck() const { return files_.busy(); }

 private:
  /// What is read from files, at the start and for a reload.
  struct read_files;
  void start(read_files&& read);
  bool serve(read_files&& read);
  void start_watchdog();
  void watch_memory();
  void wait_for_signal();
  void on_signal(int number);
  void reload();
  void take_reload(read_files&& read);
  void drain();
  void close_down(config::drain_settings how);
  void shard_drained();
  void end_after_answers(int steps);
  template <class F>
  void after(std::chrono::milliseconds time, F f);

  command_line flags_;
  actors::settings_ptr settings_;
  inherited_sockets inherited_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_;
  blocking_work files_{io_};
  boost::asio::steady_timer timer_{io_};  ///< of a drain
  std::optional<front> front_;            ///< outlives the node
  std::optional<node> node_;
  std::optional<watchdog> watchdog_;
  std::optional<memory_return> memory_return_;
  net::tls_context_ptr tls_;
  int exit_code_ = 0;
  bool draining_ = false;
  bool reload_again_ = false;    ///< SIGHUP came while files were read
  std::size_t shards_left_ = 0;  ///< shards that have sessions, in a drain
};

}  // namespace roomd
