// A client of a real Redis that waits for each answer: for what a test does to the servers themselves.
#pragma once

#include <chrono>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/redis_command.hpp"
#include "store/redis_reader.hpp"

#include "fake_redis.hpp"

namespace roomd::actors::testing {

/// What no event tells is asked for until it holds; false: not within a minute.
template <class F>
bool comes_true(F f) {
  for (const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
       std::chrono::steady_clock::now() < end;) {
    if (f()) return true;
    ::poll(nullptr, 0, 5);
  }
  return false;
}

class redis_client {
 public:
  explicit redis_client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    there.sin_port = htons(port);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0)
      throw std::runtime_error("no Redis to be a client of");
  }
  redis_client(const redis_client&) = delete;
  redis_client& operator=(const redis_client&) = delete;
  ~redis_client() { ::close(fd_); }

  void send(std::span<const std::string_view> command) {
    const auto bytes = store::format_redis_command(command);
    for (std::string_view left = bytes; !left.empty();) {
      const auto n = ::send(fd_, left.data(), left.size(), MSG_NOSIGNAL);
      if (n <= 0) throw std::runtime_error("the Redis takes no command");
      left.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  /// A reply to what was sent, or what is said on a channel.
  store::redis_reply next() {
    for (;;) {
      if (auto reply = reader_.next()) return std::move(*reply);
      wait_readable(fd_);
      char bytes[4096];
      const auto n = ::recv(fd_, bytes, sizeof bytes, 0);
      if (n <= 0 || !reader_.fault().empty()) throw std::runtime_error("the Redis has ended");
      reader_.feed({bytes, static_cast<std::size_t>(n)});
    }
  }
  store::redis_reply ask(const std::vector<std::string_view>& command) {
    send(command);
    return next();
  }
  /// An error is a fault of the test's.
  store::redis_reply demand(const std::vector<std::string_view>& command) {
    auto reply = ask(command);
    if (reply.what == store::redis_reply::kind::error)
      throw std::runtime_error(std::string(command.front()) + ": " + reply.text);
    return reply;
  }
  /// To wait for what is said on a channel.
  int fd() const { return fd_; }

 private:
  int fd_;
  store::redis_reader reader_{{std::size_t{1} << 24U, 100000}};
};

}  // namespace roomd::actors::testing
