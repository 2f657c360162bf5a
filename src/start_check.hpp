// What a start opens besides the settings, looked at without serving anything: files, and addresses to listen on. All
// problems at once. Reads files and may wait for them.
#pragma once

#include <string>
#include <vector>

#include "config/problem.hpp"
#include "config/settings.hpp"

namespace roomd {

/// Certificate and key, the engine's passwords and certificates. What a reload opens, too.
std::vector<config::problem> check_files(const config::settings& s);

/// `server.listen` (unless systemd's sockets are served in its place) and `tls.listen`.
std::vector<config::problem> check_addresses(const config::settings& s, bool sockets_given);

}  // namespace roomd
