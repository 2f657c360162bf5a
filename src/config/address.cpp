#include "config/address.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include <arpa/inet.h>

namespace roomd::config {
namespace {

bool is_loopback(const in_addr& a) { return (ntohl(a.s_addr) >> 24U) == 127; }

bool is_loopback(const in6_addr& a) {
  if (IN6_IS_ADDR_LOOPBACK(&a)) return true;
  return IN6_IS_ADDR_V4MAPPED(&a) && a.s6_addr[12] == 127;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, port);
  if (failure != std::errc{} || rest != end) return {};
  return port;
}

}  // namespace

std::optional<address> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return {};
  std::string host(text.substr(0, colon));
  if (host == "localhost") return address{"127.0.0.1", *port, true};
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    in6_addr six{};
    if (inet_pton(AF_INET6, host.c_str(), &six) != 1) return {};
    std::array<char, INET6_ADDRSTRLEN> shortest{};
    inet_ntop(AF_INET6, &six, shortest.data(), shortest.size());
    return address{shortest.data(), *port, is_loopback(six)};
  }
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) != 1) return {};
  return address{host, *port, is_loopback(four)};
}

std::optional<endpoint> parse_endpoint(std::string_view text) {
  constexpr std::size_t longest_name = 253;  // RFC 1035
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  const auto port = parse_port(text.substr(colon + 1));
  std::string host(text.substr(0, colon));
  if (!port || *port == 0 || host.empty() || host.size() > longest_name) return {};
  if (host.front() == '[') {
    const auto six = parse_address(text);
    if (!six) return {};
    return endpoint{six->host, *port};
  }
  const bool is_name = std::all_of(host.begin(), host.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
  });
  if (!is_name) return {};
  return endpoint{std::move(host), *port};
}

std::string to_text(const address& a) {
  const auto host = a.host.find(':') == std::string::npos ? a.host : "[" + a.host + "]";
  return host + ":" + std::to_string(a.port);
}

}  // namespace roomd::config
