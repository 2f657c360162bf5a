// The queue between those who log and whoever reads the log; the daemon's own log stands in tests/e2e/python/test_log.py.
#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <spdlog/logger.h>

#include "net/unique_fd.hpp"

#include "catch.hpp"
#include "log_queue.hpp"

namespace {

using namespace std::chrono_literals;

/// A pipe of the least size, and a logger that writes into it.
struct logged_pipe {
  logged_pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    out = roomd::net::unique_fd(ends[0]);
    in = roomd::net::unique_fd(ends[1]);
    ::fcntl(in.value(), F_SETPIPE_SZ, 4096);
    queue = std::make_unique<roomd::log_queue>(in.value(), 1000U);
    logger = std::make_unique<spdlog::logger>("test", queue->entrance());
  }

  /// What has been written so far; waits for the first byte.
  std::string read() const {
    std::string text(65536, '\0');
    const auto n = ::read(out.value(), text.data(), text.size());
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return text;
  }

  roomd::net::unique_fd out, in;
  std::unique_ptr<roomd::log_queue> queue;
  std::unique_ptr<spdlog::logger> logger;
};

}  // namespace

TEST_CASE("log queue: a line is written as text, or as an object") {
  logged_pipe p;
  p.logger->info("some.event key=\"value\"");
  REQUIRE(p.queue->flush(10s, 10s));
  CHECK(p.read().ends_with(" info  test some.event key=\"value\"\n"));
  p.queue->write_json(true);
  p.logger->warn("some.event key=1");
  REQUIRE(p.queue->flush(10s, 10s));
  CHECK(p.read().ends_with(R"("level":"warning","logger":"test","event":"some.event","text":"key=1"})"
                           "\n"));
  CHECK(p.queue->dropped() == 0);
}

TEST_CASE("log queue: a long line is cut between two characters, and says so") {
  logged_pipe p;
  std::string reader;
  std::thread reads([&] {
    while (!reader.ends_with('\n')) reader += p.read();
  });
  std::string line = "event ";
  for (int i = 0; i < 5000; ++i) line += "\xc3\xa4";
  p.logger->info(line);
  reads.join();
  CHECK(reader.ends_with("\xc3\xa4 (cut)\n"));
  CHECK(reader.size() < roomd::log_queue::longest_line + 100);
  CHECK(reader.size() > roomd::log_queue::longest_line - 100);
  REQUIRE(p.queue->flush(10s, 10s));
}

TEST_CASE("log queue: a flush gives up where nobody reads, and waits for one who does") {
  logged_pipe p;
  for (int i = 0; i < 200; ++i) p.logger->info("event text=\"{}\"", std::string(100, 'x'));
  CHECK_FALSE(p.queue->flush(20ms, 10s));
  CHECK_FALSE(p.queue->flush(10s, 20ms));
  std::ptrdiff_t lines = 0;
  std::thread reads([&] {
    while (lines < 200) {
      const auto came = p.read();
      lines += std::count(came.begin(), came.end(), '\n');
    }
  });
  CHECK(p.queue->flush(10s, 60s));
  reads.join();
  CHECK(lines == 200);
}
