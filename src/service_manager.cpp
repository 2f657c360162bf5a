#include "service_manager.hpp"

#include <ctime>

#include <systemd/sd-daemon.h>

namespace roomd::service_manager {
namespace {

long long monotonic_us() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1'000'000LL + t.tv_nsec / 1000;
}

}  // namespace

std::vector<int> inherited_sockets() {
  std::vector<int> fds;
  const int n = ::sd_listen_fds(1);
  for (int i = 0; i < n; ++i) fds.push_back(SD_LISTEN_FDS_START + i);
  return fds;
}

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t us = 0;
  if (::sd_watchdog_enabled(0, &us) <= 0) return std::nullopt;
  return std::chrono::microseconds(us);
}

void ready(const std::string& status) { ::sd_notify(0, ("READY=1\nSTATUS=" + status).c_str()); }

void reloading() {
  const std::string text = "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_us());
  ::sd_notify(0, text.c_str());
}

void stopping(const std::string& status) { ::sd_notify(0, ("STOPPING=1\nSTATUS=" + status).c_str()); }

void alive() { ::sd_notify(0, "WATCHDOG=1"); }

}  // namespace roomd::service_manager
