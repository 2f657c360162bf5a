// Where to listen, as written in the settings: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`. Pure: no
// name is ever looked up, so that what is loopback is certain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roomd::config {

struct address {
  std::string host;  ///< an IPv4 or IPv6 literal without brackets, in its shortest form; `localhost` reads as
                     ///< 127.0.0.1
  std::uint16_t port = 0;  ///< 0: any free one
  bool loopback = false;   ///< reachable from this machine only

  bool operator==(const address&) const = default;
};

/// Nothing where `text` is not an IPv4 literal, an IPv6 literal in brackets (without a zone) or `localhost`,
/// followed by a colon and a port.
std::optional<address> parse_address(std::string_view text);

/// Where to connect to: a name or an address.
struct endpoint {
  std::string host;  ///< IPv6 without brackets
  std::uint16_t port = 0;
};

/// Nothing where `text` is not a host of up to 253 bytes without spaces, or an IPv6 literal in brackets, followed by a
/// colon and a port above 0.
std::optional<endpoint> parse_endpoint(std::string_view text);

/// As it is written, with brackets around IPv6.
std::string to_text(const address& a);

}  // namespace roomd::config
