// Log lines on their way to a descriptor. The threads that log leave a line in a bounded queue and go on; one thread
// writes the lines and is the only one that waits for a reader. Over the bound the oldest lines are dropped; the next
// line that is written has `log.dropped` before it, with their number.
//
// Made before the threads that log, and never destroyed by the daemon: a write that nobody takes up cannot be ended, so
// that the process ends without its thread (`flush`).
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <spdlog/common.h>

namespace spdlog {
class async_logger;
namespace details {
class thread_pool;
}
}  // namespace spdlog

namespace roomd {

class log_queue {
 public:
  /// At most `lines` wait for `fd`, each cut at `longest_line` bytes.
  log_queue(int fd, std::size_t lines);
  log_queue(const log_queue&) = delete;
  log_queue& operator=(const log_queue&) = delete;
  ~log_queue();  ///< waits for the thread: after a `flush` that succeeded only

  static constexpr std::size_t longest_line = 4096;

  /// Where loggers leave their lines. Any thread.
  spdlog::sink_ptr entrance() const;
  /// How lines are written that have not been written yet. Any thread.
  void write_json(bool yes);
  /// Lines that were not written: over the bound, or refused by the descriptor. Any thread.
  std::uint64_t dropped() const;
  /// What waits to be written, in bytes, about. Any thread.
  std::uint64_t bytes() const;

  /// Waits until everything that was logged before has been written. False: no line was written for `quiet`, or not all
  /// within `most`.
  bool flush(std::chrono::milliseconds quiet, std::chrono::milliseconds most);
  /// The same in a signal handler, for the thread that crashed: as long as lines are written, but about a second.
  void flush_in_handler() noexcept;

 private:
  class writer;
  class door;

  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<writer> writer_;
  std::shared_ptr<spdlog::async_logger> worker_;  ///< what the pool's thread hands lines to
  std::shared_ptr<door> door_;
};

/// A line as text for people, or as one JSON object.
std::unique_ptr<spdlog::formatter> log_format(bool json);

}  // namespace roomd
