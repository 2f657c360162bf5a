// Accepts connections from one listening socket and deals them out to servers in turn: to its own shard's alone
// where every shard has a socket, to all where one socket was inherited (systemd). Lives on its server's shard.
//
// Accepts a few at a time, in the shard's spare time: who connects waits for what live sessions leave over.
//
// Out of file descriptors it pauses: the connections wait in the kernel's backlog, and the loop does not spin.
#pragma once

#include <memory>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "core/timing_wheel.hpp"
#include "core/turn.hpp"
#include "net/unique_fd.hpp"

namespace roomd::net {

class server;
struct accepted_socket;

class listener final : public wheel_timer, public turn_end, public std::enable_shared_from_this<listener> {
 public:
  listener(server& home, unique_fd listening, bool tls, std::vector<server*> to);
  void start();
  /// No more connections; the socket is closed.
  void stop();

 private:
  void on_timer(time_point) override { wait(); }
  void on_turn_end() noexcept override;
  void wait();
  int accept_some(int most);
  void pause(int why);
  void deal(accepted_socket accepted);

  server& home_;
  boost::asio::ip::tcp::acceptor acceptor_;
  bool tls_;
  std::vector<server*> to_;
  std::size_t next_ = 0;
  bool short_ = false;  ///< of descriptors, and the log says so
};

}  // namespace roomd::net
