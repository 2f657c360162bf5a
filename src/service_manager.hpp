// What the service manager is told and asked (sd_notify(3), sd_listen_fds(3)). Nothing happens where there is none.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace roomd::service_manager {

/// Listening sockets that were handed over; close-on-exec. Reads the environment, once.
std::vector<int> inherited_sockets();
/// How often a sign of life is wanted, at the least.
std::optional<std::chrono::microseconds> watchdog_interval();
void ready(const std::string& status);
void reloading();
void stopping(const std::string& status);
void alive();

}  // namespace roomd::service_manager
