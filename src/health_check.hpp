// `roomd --health`: asks a running roomd over HTTP whether it answers, for containers, which have no curl.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/settings.hpp"

#include "command_line.hpp"

namespace roomd {

/// Whom to ask for what.
struct health_target {
  std::string host;  ///< a literal IP address, without brackets
  std::uint16_t port = 0;
  bool tls = false;
  std::string path = "/health";

  std::string url() const;
  bool operator==(const health_target&) const = default;
};

/// Nothing where `url` is not http://HOST[:PORT][/PATH] or https://…, with an IP address or localhost for the host.
std::optional<health_target> parse_health_url(std::string_view url);

/// The first address that roomd with these settings listens on, as it is reached from this machine. Nothing where there
/// is none, or its port is not known before it listens.
std::optional<health_target> own_listener(const config::settings& s);

/// Asks and says on stdout or stderr what came: 0 for an answer 200 within five seconds, else 1.
int check_health(const command_line& flags);

}  // namespace roomd
