// From the command line to checked settings: what happens before anything serves, and again at SIGHUP.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/address.hpp"
#include "config/problem.hpp"
#include "config/settings.hpp"

#include "command_line.hpp"

namespace roomd {

/// Listening sockets that the service manager handed over, with their addresses.
struct inherited_sockets {
  std::vector<int> fds;
  std::vector<config::address> addresses;
  std::vector<config::problem> problems;
};
inherited_sockets take_inherited_sockets();

/// The settings, or why there are none: every problem found.
struct checked_settings {
  config::settings values;
  std::vector<config::problem> problems;
};
/// What is opened besides the settings to see whether it can be used.
enum class opens { nothing, files, files_and_addresses };
checked_settings read_settings(const command_line& flags, const inherited_sockets& inherited, opens what);

}  // namespace roomd
