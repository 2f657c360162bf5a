#include "log_queue.hpp"

#include <cerrno>
#include <ctime>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/sink.h>

namespace roomd {
namespace {

using spdlog::async_overflow_policy;
using spdlog::details::log_msg;

constexpr std::string_view cut_mark = " (cut)";
constexpr std::size_t inline_bytes = 250;  // of a line in the queue; those of a longer one are apart
// Of 10 ms each, while nothing is written, and in all.
constexpr int still_steps = 100;
constexpr int most_steps = 500;

/// Waits for the reader. False: the descriptor takes nothing any more.
bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::write(fd, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {  // another process that shares it has made it non-blocking
      pollfd writable{fd, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

// --- the thread's side -------------------------------------------------------------------------------------------

class log_queue::writer final : public spdlog::sinks::sink {
 public:
  explicit writer(int fd) : fd_(fd), text_(log_format(false)), json_(log_format(true)) {}

  void log(const log_msg& line) override {
    over_bound = pool->overrun_counter();
    const auto missing = over_bound + refused;
    if (missing != told_ &&
        write(log_msg("daemon", spdlog::level::warn, fmt::format("log.dropped lines={}", missing - told_)))) {
      told_ = missing;
    }
    if (!write(line)) ++refused;
    ++done;
  }
  void flush() override { ++flushes_done; }
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  spdlog::details::thread_pool* pool = nullptr;  ///< set before the first line
  std::atomic<bool> json = false;
  std::atomic<std::uint64_t> asked = 0;       ///< lines that were given to the queue
  std::atomic<std::uint64_t> mean_bytes = 0;  ///< of the last ones of them, times 64
  std::atomic<std::uint64_t> done = 0;        ///< lines that came out of it
  std::atomic<std::uint64_t> refused = 0;     ///< of them, by the descriptor
  std::atomic<std::uint64_t> over_bound = 0;  ///< lines that were dropped when the last one came out
  std::atomic<std::uint64_t> flushes_asked = 0;
  std::atomic<std::uint64_t> flushes_done = 0;

 private:
  bool write(const log_msg& line) {
    spdlog::memory_buf_t out;
    (json ? json_ : text_)->format(line, out);
    return write_all(fd_, {out.data(), out.size()});
  }

  int fd_;
  std::unique_ptr<spdlog::formatter> text_;
  std::unique_ptr<spdlog::formatter> json_;
  std::uint64_t told_ = 0;
};

// --- the loggers' side -------------------------------------------------------------------------------------------

class log_queue::door final : public spdlog::sinks::sink {
 public:
  explicit door(log_queue& to) : to_(to) {}

  void log(const log_msg& line) override {
    if (line.payload.size() <= longest_line) return put(line);
    std::string text(line.payload.data(), longest_line - cut_mark.size());
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
    if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0) text.pop_back();
    text += cut_mark;
    log_msg cut = line;
    cut.payload = text;
    put(cut);
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  void put(const log_msg& line) {
    ++to_.writer_->asked;
    auto& mean = to_.writer_->mean_bytes;
    mean = mean - mean / 64 + (line.payload.size() > inline_bytes ? line.payload.size() : 0);
    to_.pool_->post_log(std::shared_ptr(to_.worker_), line, async_overflow_policy::overrun_oldest);
  }

  log_queue& to_;
};

log_queue::log_queue(int fd, std::size_t lines)
    : pool_(std::make_shared<spdlog::details::thread_pool>(lines, 1U)),
      writer_(std::make_shared<writer>(fd)),
      worker_(
          std::make_shared<spdlog::async_logger>("", writer_, pool_, async_overflow_policy::overrun_oldest)),
      door_(std::make_shared<door>(*this)) {
  writer_->pool = pool_.get();
}

log_queue::~log_queue() = default;

spdlog::sink_ptr log_queue::entrance() const { return door_; }

void log_queue::write_json(bool yes) { writer_->json = yes; }

std::uint64_t log_queue::dropped() const { return pool_->overrun_counter() + writer_->refused; }

std::uint64_t log_queue::bytes() const {
  const auto gone = writer_->done + pool_->overrun_counter();
  const auto asked = writer_->asked.load();
  return asked > gone ? (asked - gone) * writer_->mean_bytes / 64 : 0;
}

bool log_queue::flush(std::chrono::milliseconds quiet, std::chrono::milliseconds most) {
  using clock = std::chrono::steady_clock;
  const std::uint64_t ticket = ++writer_->flushes_asked;
  pool_->post_flush(std::shared_ptr(worker_), async_overflow_policy::overrun_oldest);
  const auto start = clock::now();
  auto moved = start;
  for (auto before = writer_->done.load(); writer_->flushes_done < ticket;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const auto now = clock::now();
    if (const auto done = writer_->done.load(); done != before) {
      before = done;
      moved = now;
    }
    if (now - moved > quiet || now - start > most) return false;
  }
  return true;
}

// Takes no lock: the thread that crashed may hold the queue's own.
void log_queue::flush_in_handler() noexcept {
  const timespec step{0, 10'000'000};
  auto before = writer_->done.load();
  for (int all = 0, still = 0; all < most_steps && still < still_steps; ++all) {
    if (writer_->done + writer_->over_bound >= writer_->asked) return;
    ::nanosleep(&step, nullptr);
    const auto done = writer_->done.load();
    still = done == before ? still + 1 : 0;
    before = done;
  }
}

}  // namespace roomd
