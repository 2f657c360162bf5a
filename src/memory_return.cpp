#include "memory_return.hpp"

#include <chrono>
#include <fstream>
#include <utility>

#include <malloc.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

namespace roomd {

memory_return::memory_return(boost::asio::io_context& io, std::function<std::uint64_t()> in_use)
    : timer_(io), in_use_(std::move(in_use)) {}

void memory_return::start() {
  timer_.expires_after(std::chrono::seconds(1));
  timer_.async_wait([this](boost::system::error_code ec) {
    if (ec) return;
    look();
    start();
  });
}

void memory_return::look() {
  if (!policy_.due(in_use_(), std::chrono::steady_clock::now())) return;
  const auto before = resident();
  ::malloc_trim(0);
  spdlog::debug("memory.return before={} after={}", before, resident());
}

std::uint64_t memory_return::resident() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t all = 0;
  std::uint64_t pages = 0;
  statm >> all >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace roomd
