// Listening: addresses, ports, one socket dealt to many shards, running out of file descriptors.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "catch.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;
using namespace std::chrono_literals;

namespace {

// No descriptor is left while it lives.
class no_descriptors {
 public:
  no_descriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(lowest_free);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(lowest_free);
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

bool can_connect(const std::string& address, std::uint16_t port) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket(io);
  boost::system::error_code failed;
  socket.connect({boost::asio::ip::make_address(address), port}, failed);
  return !failed;
}

bool has_ipv6() { return net::bind_listeners({"[::1]:0"}, {}, 1).problem.empty(); }

std::uint16_t port_of(const net::bound_address& a) {
  return static_cast<std::uint16_t>(std::stoi(a.address.substr(a.address.rfind(':') + 1)));
}

}  // namespace

TEST_CASE("net listener: port 0 becomes one port for all shards") {
  const auto bound = net::bind_listeners({"127.0.0.1:0"}, {"127.0.0.1:0"}, 3);
  REQUIRE(bound.problem.empty());
  REQUIRE(bound.addresses.size() == 2);
  CHECK(bound.addresses[0].sockets.size() == 3);
  CHECK_FALSE(bound.addresses[0].tls);
  CHECK(bound.addresses[1].tls);
  CHECK(bound.addresses[0].address.starts_with("127.0.0.1:"));
  CHECK(bound.addresses[0].address != "127.0.0.1:0");
  CHECK(bound.addresses[0].address != bound.addresses[1].address);
}

TEST_CASE("net listener: an address that cannot be had is named") {
  CHECK(net::bind_listeners({"192.0.2.1:1"}, {}, 1).problem.starts_with("cannot listen on 192.0.2.1:1: "));
  for (const auto* text : {"8080", "localhost", "localhost:", "localhost:x", "example.org:80",
                           "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", ":80", ""}) {
    INFO(text);
    CHECK(net::bind_listeners({text}, {}, 1).problem.find("is not ADDRESS:PORT") != std::string::npos);
  }
}

TEST_CASE("net listener: [::] is every address of both families") {
  if (!has_ipv6()) return;
  const auto bound = net::bind_listeners({"[::]:0"}, {}, 2);
  REQUIRE(bound.problem.empty());
  REQUIRE(bound.addresses.size() == 1);
  const auto port = port_of(bound.addresses.front());
  CHECK(can_connect("127.0.0.1", port));
  CHECK(can_connect("::1", port));
}

TEST_CASE("net listener: beside 0.0.0.0 with the same port [::] is IPv6 alone") {
  if (!has_ipv6()) return;
  const auto port = [] {
    return std::to_string(port_of(net::bind_listeners({"[::]:0"}, {}, 1).addresses.front()));  // free again
  }();
  const auto bound = net::bind_listeners({"0.0.0.0:" + port, "[::]:" + port}, {}, 1);
  CHECK(bound.problem.empty());
  CHECK(bound.addresses.size() == 2);
}

TEST_CASE("net listener: localhost is both loopbacks, with one port") {
  const auto bound = net::bind_listeners({"localhost:0"}, {}, 2);
  REQUIRE(bound.problem.empty());
  REQUIRE(bound.addresses.size() == (has_ipv6() ? 2 : 1));
  const auto port = port_of(bound.addresses.front());
  CHECK(port_of(bound.addresses.back()) == port);
  CHECK(can_connect("127.0.0.1", port));
  CHECK(can_connect("::1", port) == has_ipv6());
  const auto again = net::bind_listeners({"localhost:" + std::to_string(port)}, {}, 1);
  CHECK(again.problem.starts_with("cannot listen on localhost:"));
}

TEST_CASE("net listener: an inherited socket's connections are dealt out in turn") {
  node a;
  node b;
  auto bound = net::bind_listeners({"127.0.0.1:0"}, {}, 1);
  REQUIRE(bound.problem.empty());
  auto& at = bound.addresses.front();
  a.port = static_cast<std::uint16_t>(std::stoi(at.address.substr(at.address.rfind(':') + 1)));
  a.server->listen(std::move(at.sockets.front()), false, {a.server.get(), b.server.get()});
  client one(a);
  client two(a);
  client three(a);
  client four(a);
  CHECK(a.until([&] {
    b.turn();
    return a.stats.sockets == 2 && b.stats.sockets == 2;
  }));
}

TEST_CASE("net listener: accepted sockets send small frames without delay") {
  node n;
  client c(n);
  REQUIRE(n.until([&] { return n.stats.sockets == 1; }));
  int accepted = 0;
  int delayed = 0;
  for (int fd = 0; fd < 1024; ++fd) {  // every socket of this process whose own end is the listening port
    sockaddr_in own{};
    socklen_t size = sizeof own;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) != 0 || own.sin_family != AF_INET)
      continue;
    sockaddr_in peer{};
    socklen_t peer_size = sizeof peer;
    const bool connected = ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0;
    if (!connected || own.sin_port != htons(n.port)) continue;
    int no_delay = 0;
    socklen_t length = sizeof no_delay;
    REQUIRE(::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &length) == 0);
    ++accepted;
    if (no_delay == 0) ++delayed;
  }
  CHECK(accepted == 1);
  CHECK(delayed == 0);
}

// The undefined-behaviour sanitizer opens a pipe to look at an object's type, and takes its absence for an error.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("net listener: out of file descriptors it pauses and goes on later") {
  node n;
  client first(n);
  REQUIRE(n.until([&] { return n.stats.sockets == 1; }));
  client second(n);
  {
    const no_descriptors left;
    n.turn();
    for (int i = 0; i < 3; ++i) CHECK(n.io.poll() == 0);
    n.pass(100ms);
    n.turn();
    CHECK(n.stats.sockets == 1);
    first.send(get("/health"));
    CHECK(status_of(first.response()) == 200);
  }
  n.pass(100ms);
  CHECK(n.until([&] { return n.stats.sockets == 2; }));
}
#endif

TEST_CASE("net listener: a drain closes the listening socket") {
  node n;
  n.server->drain();
  CHECK_THROWS(client(n));
}
