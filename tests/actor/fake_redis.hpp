// A Redis server that does what the test says, on the test's own thread: it accepts, reads and writes when it is told.
// Everything waits with a deadline that only a fault reaches.
#pragma once

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace roomd::actors::testing {

inline void wait_readable(int fd) {
  pollfd p{fd, POLLIN, 0};
  if (::poll(&p, 1, 120'000) != 1) throw std::runtime_error("the fake Redis waits in vain");
}

/// One accepted connection.
class redis_peer {
 public:
  explicit redis_peer(int fd) : fd_(fd) {}
  redis_peer(redis_peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)) {}
  redis_peer& operator=(redis_peer&&) = delete;
  ~redis_peer() { close(); }

  /// Reads until what has come contains this; all up to its end is returned and forgotten.
  std::string until(std::string_view what) {
    for (;;) {
      if (const auto at = in_.find(what); at != in_.npos) {
        const auto end = at + what.size();
        return std::exchange(in_, in_.substr(end)).substr(0, end);
      }
      if (!receive()) throw std::runtime_error("the link has ended before it said " + std::string(what));
    }
  }
  /// Reads until the link ends the connection; what had come.
  std::string rest() {
    while (receive()) {
    }
    return std::exchange(in_, {});
  }
  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

  /// Takes the greeting of a link without credentials and welcomes it.
  void welcome(const std::string& generation = "0a1b") {
    until("replication\r\n");
    send("+PONG\r\n" + replication("master", generation));
  }
  static std::string replication(const std::string& role, const std::string& generation,
                                 const std::string& micros = "1700000000000000") {
    const std::string text =
        "server_time_usec:" + micros + "\r\nrole:" + role + "\r\nmaster_replid:" + generation + "\r\n";
    return '$' + std::to_string(text.size()) + "\r\n" + text + "\r\n";
  }

 private:
  bool receive() {
    wait_readable(fd_);
    char bytes[4096];
    const auto n = ::recv(fd_, bytes, sizeof bytes, 0);
    if (n > 0) in_.append(bytes, static_cast<std::size_t>(n));
    return n > 0;
  }

  int fd_;
  std::string in_;
};

class fake_redis {
 public:
  fake_redis() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    auto* const address = reinterpret_cast<sockaddr*>(&here);
    if (::bind(fd_, address, size) != 0 || ::listen(fd_, 16) != 0 || ::getsockname(fd_, address, &size) != 0)
      throw std::runtime_error("no port for the fake Redis");
    port_ = ntohs(here.sin_port);
  }
  fake_redis(const fake_redis&) = delete;
  fake_redis& operator=(const fake_redis&) = delete;
  ~fake_redis() { ::close(fd_); }

  std::uint16_t port() const { return port_; }
  redis_peer accept() const {
    wait_readable(fd_);
    return redis_peer(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
  }
  /// The next connection, greeted.
  redis_peer welcome(const std::string& generation = "0a1b") const {
    auto peer = accept();
    peer.welcome(generation);
    return peer;
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

}  // namespace roomd::actors::testing
