#include "net/listener.hpp"

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>

#include "net/guarded.hpp"
#include "net/log.hpp"
#include "net/server.hpp"

namespace roomd::net {

namespace {

constexpr int accepts_a_call = 8;  // some 40 us each
constexpr int accepts_at_the_end = 4096;
constexpr auto pause_time = std::chrono::milliseconds(100);

// The connection that was next has gone already, or its network has a fault: the one behind it may be fine.
bool concerns_one_connection(int why) {
  return why == ECONNABORTED || why == EPROTO || why == EINTR || why == ENETDOWN || why == EHOSTUNREACH ||
         why == ENETUNREACH || why == ENOPROTOOPT || why == EHOSTDOWN || why == ENONET || why == EOPNOTSUPP;
}

}  // namespace

listener::listener(server& home, unique_fd listening, bool tls, std::vector<server*> to)
    : home_(home), acceptor_(home.context().shard().io), tls_(tls), to_(std::move(to)) {
  acceptor_.assign(boost::asio::ip::tcp::v6(), listening.value());
  listening.release();
  acceptor_.non_blocking(true);
  boost::system::error_code ignored;  // a socket handed over need not be TCP
  acceptor_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);  // what is accepted inherits it
}

void listener::start() {
  logger().info("net.listen tls={} dealt_to={}", tls_, to_.size());
  wait();
}

// Who waits in the kernel's backlog has connected, and would be reset.
void listener::stop() {
  home_.context().cancel_timer(*this);
  home_.context().shard().turns.unmark(*this);
  if (acceptor_.is_open()) accept_some(accepts_at_the_end);
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

void listener::wait() {
  acceptor_.async_wait(acceptor_.wait_read, [self = shared_from_this()](boost::system::error_code ec) {
    if (!ec && self->acceptor_.is_open()) self->home_.context().shard().turns.mark_spare(*self);
  });
}

void listener::on_turn_end() noexcept {
  guarded(
      "listener",
      [this] {
        if (const int why = accept_some(accepts_a_call)) return pause(why);
        wait();
      },
      [this] { home_.context().set_timer(*this, pause_time); });
}

// At most so many. 0, or why there are no more now though some wait.
int listener::accept_some(int most) {
  for (int i = 0; i < most; ++i) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    unique_fd accepted(::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&from), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (accepted) {
      short_ = false;
      deal({std::move(accepted), peer_key_of(from)});
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (!concerns_one_connection(errno)) {
      return errno;
    }
  }
  return 0;
}

// EMFILE, ENFILE, ENOBUFS, ENOMEM: the socket stays readable, so waiting for it would spin.
void listener::pause(int why) {
  if (!std::exchange(short_, true)) {
    logger().warn("net.accept_paused pause_ms={} error=\"{}\"", pause_time.count(),
                  std::generic_category().message(why));
  }
  home_.context().set_timer(*this, pause_time);
}

void listener::deal(accepted_socket accepted) {
  server& to = *to_[next_++ % to_.size()];
  if (&to == &home_) {
    to.adopt(std::move(accepted), tls_);
  } else {
    to.hand_over(std::move(accepted), tls_);
  }
}

}  // namespace roomd::net
