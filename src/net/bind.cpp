#include "net/bind.hpp"

#include <cerrno>
#include <charconv>
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

// Sockets that share a port do so with any process of the same user, so that a second broker would silently take
// half of the first one's connections. One that does not share tells whether somebody listens there already.
bool is_taken(const endpoint& at) {
  const unique_fd probe(::socket(at.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP));
  return probe && at.port() != 0 && switch_on(probe.value(), SOL_SOCKET, SO_REUSEADDR) &&
         (!at.address().is_v6() || switch_on(probe.value(), IPPROTO_IPV6, IPV6_V6ONLY)) &&
         ::bind(probe.value(), at.data(), static_cast<socklen_t>(at.size())) != 0 && errno == EADDRINUSE;
}

// Empty where the system refuses, which then stands in errno.
unique_fd open_listener(const endpoint& at) {
  unique_fd fd(::socket(at.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!fd) return {};
  const bool ready = switch_on(fd.value(), SOL_SOCKET, SO_REUSEADDR) &&
                     switch_on(fd.value(), SOL_SOCKET, SO_REUSEPORT) &&
                     (!at.address().is_v6() || switch_on(fd.value(), IPPROTO_IPV6, IPV6_V6ONLY)) &&
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

// Appends the address; words where that fails.
std::string bind_address(const std::string& text, bool tls, std::size_t shards,
                         std::vector<bound_address>& to) {
  auto at = parse(text);
  if (!at) return '"' + text + "\" is not ADDRESS:PORT or [ADDRESS]:PORT";
  if (is_taken(*at)) return "cannot listen on " + text + ": " + std::generic_category().message(EADDRINUSE);
  bound_address all{text, tls, {}};
  for (std::size_t i = 0; i < shards; ++i) {
    auto fd = open_listener(*at);
    if (!fd) return "cannot listen on " + text + ": " + std::generic_category().message(errno);
    if (at->port() == 0) at->port(port_of(fd.value()));
    all.sockets.push_back(std::move(fd));
  }
  all.address = print(*at);
  to.push_back(std::move(all));
  return {};
}

}  // namespace

bound bind_listeners(const std::vector<std::string>& plain, const std::vector<std::string>& tls,
                     std::size_t shards) {
  bound all;
  for (const auto& [addresses, with_tls] : {std::pair(&plain, false), std::pair(&tls, true)}) {
    for (const auto& text : *addresses) {
      if (auto problem = bind_address(text, with_tls, shards, all.addresses); !problem.empty()) {
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
