#include "net/bind.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>

#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>

namespace roomd::net {

namespace {

using endpoint = boost::asio::ip::tcp::endpoint;

constexpr int backlog = 4096;

std::optional<endpoint> parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos) return {};
  const auto port_text = text.substr(colon + 1);
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const auto* end = port_text.data() + port_text.size();
  const auto [stop, wrong] = std::from_chars(port_text.data(), end, port);
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(std::string(host), failed);
  if (failed || wrong != std::errc{} || stop != end || port_text.empty()) return {};
  return endpoint(address, port);
}

std::string print(const endpoint& e) {
  const auto host = e.address().to_string();
  return (e.address().is_v6() ? '[' + host + ']' : host) + ':' + std::to_string(e.port());
}

bool switch_on(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

// Where to listen, and whether IPv4 comes in by an IPv6 socket too.
struct place {
  endpoint at;
  bool both_families = false;
};

bool set_families(int fd, const place& p) {
  if (!p.at.address().is_v6()) return true;
  const int only_v6 = p.both_families ? 0 : 1;
  return ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof only_v6) == 0;
}

// Sockets that share a port do so with any process of the same user, so that a second broker would silently take
// half of the first one's connections. One that does not share tells whether somebody listens there already.
bool is_taken(const place& p) {
  const auto& at = p.at;
  const unique_fd probe(::socket(at.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
  return probe && at.port() != 0 && switch_on(probe.value(), SOL_SOCKET, SO_REUSEADDR) &&
         set_families(probe.value(), p) &&
         ::bind(probe.value(), at.data(), static_cast<socklen_t>(at.size())) != 0 && errno == EADDRINUSE;
}

// Empty where the system refuses, which then stands in errno.
unique_fd open_listener(const place& p) {
  const auto& at = p.at;
  unique_fd fd(::socket(at.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!fd) return {};
  const bool ready = switch_on(fd.value(), SOL_SOCKET, SO_REUSEADDR) &&
                     switch_on(fd.value(), SOL_SOCKET, SO_REUSEPORT) && set_families(fd.value(), p) &&
                     ::bind(fd.value(), at.data(), static_cast<socklen_t>(at.size())) == 0 &&
                     ::listen(fd.value(), backlog) == 0;
  return ready ? std::move(fd) : unique_fd();
}

std::uint16_t port_of(int fd) {
  endpoint e;
  auto size = static_cast<socklen_t>(e.capacity());
  if (::getsockname(fd, e.data(), &size) == 0) e.resize(size);
  return e.port();
}

std::string cannot(const std::string& text, int why) {
  return "cannot listen on " + text + ": " + std::generic_category().message(why);
}

// Appends the place's sockets; errno where that fails, 0 where it does not. Port 0 becomes the one that it got.
int open_all(place& p, bool tls, std::size_t shards, std::vector<bound_address>& to) {
  if (is_taken(p)) return EADDRINUSE;
  bound_address all{{}, tls, {}};
  for (std::size_t i = 0; i < shards; ++i) {
    auto fd = open_listener(p);
    if (!fd) return errno;
    if (p.at.port() == 0) p.at.port(port_of(fd.value()));
    all.sockets.push_back(std::move(fd));
  }
  all.address = print(p.at);
  to.push_back(std::move(all));
  return 0;
}

// IPv4 chooses the port; where that is taken on the other side, another one is tried, unless the settings want this one.
int open_localhost(std::uint16_t port, bool tls, std::size_t shards, std::vector<bound_address>& to) {
  constexpr int tries = 16;
  int why = 0;
  for (int i = 0; i < tries; ++i) {
    std::vector<bound_address> both;
    place four{{boost::asio::ip::address_v4::loopback(), port}};
    if ((why = open_all(four, tls, shards, both)) != 0) return why;
    place six{{boost::asio::ip::address_v6::loopback(), four.at.port()}};
    why = open_all(six, tls, shards, both);
    const bool no_ipv6 = why == EADDRNOTAVAIL || why == EAFNOSUPPORT;
    if (why == 0 || no_ipv6) {
      std::move(both.begin(), both.end(), std::back_inserter(to));
      return 0;
    }
    if (port != 0) break;
  }
  return why;
}

bool names_all_of_ipv4(const std::vector<std::string>& addresses, std::uint16_t port) {
  return std::find(addresses.begin(), addresses.end(), "0.0.0.0:" + std::to_string(port)) != addresses.end();
}

// Appends the address; words where that fails.
std::string bind_address(const std::string& text, const std::vector<std::string>& list, bool tls,
                         std::size_t shards, std::vector<bound_address>& to) {
  constexpr std::string_view localhost = "localhost:";
  const bool both_loopbacks = text.starts_with(localhost);
  const auto at = parse(both_loopbacks ? "127.0.0.1:" + text.substr(localhost.size()) : text);
  if (!at) return '"' + text + "\" is not ADDRESS:PORT or [ADDRESS]:PORT";
  place p{*at,
          at->address().is_v6() && at->address().is_unspecified() && !names_all_of_ipv4(list, at->port())};
  const int why = both_loopbacks ? open_localhost(at->port(), tls, shards, to) : open_all(p, tls, shards, to);
  return why == 0 ? std::string() : cannot(text, why);
}

}  // namespace

bound bind_listeners(const std::vector<std::string>& plain, const std::vector<std::string>& tls,
                     std::size_t shards) {
  bound all;
  for (const auto& [addresses, with_tls] : {std::pair(&plain, false), std::pair(&tls, true)}) {
    for (const auto& text : *addresses) {
      if (auto problem = bind_address(text, *addresses, with_tls, shards, all.addresses); !problem.empty()) {
        return {{}, std::move(problem)};
      }
    }
  }
  return all;
}

std::string bind_problem(const std::string& address) {
  const auto at = parse(address);
  if (!at) return '"' + address + "\" is not ADDRESS:PORT or [ADDRESS]:PORT";
  // Without SO_REUSEPORT, so that it is refused where somebody listens; it never listens itself.
  const unique_fd probe(::socket(at->protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
  const bool free = probe && switch_on(probe.value(), SOL_SOCKET, SO_REUSEADDR) &&
                    (!at->address().is_v6() || switch_on(probe.value(), IPPROTO_IPV6, IPV6_V6ONLY)) &&
                    ::bind(probe.value(), at->data(), static_cast<socklen_t>(at->size())) == 0;
  return free ? std::string() : "cannot listen on " + address + ": " + std::generic_category().message(errno);
}

}  // namespace roomd::net
