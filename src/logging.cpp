#include "logging.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string_view>
#include <utility>

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <spdlog/pattern_formatter.h>
#include <spdlog/spdlog.h>

#include "log_queue.hpp"

namespace roomd {
namespace {

constexpr std::array loggers = {"daemon", "actors", "net"};

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// `"event":"net.listen","text":"address=…"` of the line `net.listen address=…`.
class event_fields final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& line, const std::tm&, spdlog::memory_buf_t& out) override {
    const std::string_view all(line.payload.data(), line.payload.size());
    const std::size_t space = all.find(' ');
    const std::string_view rest =
        space == std::string_view::npos ? std::string_view{} : all.substr(space + 1);
    const std::string fields =
        "\"event\":" + json_text(all.substr(0, space)) + ",\"text\":" + json_text(rest);
    out.append(fields.data(), fields.data() + fields.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<event_fields>(); }
};

using namespace std::chrono_literals;

// How long the end of the process waits for a reader of the log.
constexpr auto quiet_at_end = 2s;
constexpr auto most_at_end = 5s;

constexpr std::array crash_signals = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

log_queue* queue = nullptr;  // made once, never destroyed: see log_queue.hpp

extern "C" void on_crash(int number) {
  queue->flush_in_handler();
  ::raise(number);  // SA_RESETHAND: this time as if there were no handler
}

/// Sanitizers have handlers of their own, which stay.
void handle_crashes() {
  for (int number : crash_signals) {
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) continue;
    now.sa_handler = on_crash;
    now.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
    ::sigaction(number, &now, nullptr);
  }
}

[[noreturn]] void on_terminate() noexcept {
  try {
    if (const auto thrown = std::current_exception()) std::rethrow_exception(thrown);
    spdlog::critical("daemon.crash");
  } catch (const std::exception& e) {
    spdlog::critical("daemon.crash what={}", json_text(e.what()));
  } catch (...) {
    spdlog::critical("daemon.crash what=\"not a std::exception\"");
  }
  std::abort();
}

}  // namespace

std::unique_ptr<spdlog::formatter> log_format(bool json) {
  auto f = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  if (json) {
    f->add_flag<event_fields>('*').set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","logger":"%n",%*})");
  } else {
    f->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-5l %n %v");
  }
  return f;
}

void set_up_logging(const config::log_settings& s) {
  if (queue == nullptr) {
    queue = new log_queue(STDERR_FILENO, s.queue);
    for (const char* name : loggers) {
      auto logger = std::make_shared<spdlog::logger>(name, queue->entrance());
      logger->set_error_handler(
          [](const std::string&) {});  // its default writes to standard error, and waits
      spdlog::register_logger(logger);
    }
    spdlog::set_default_logger(spdlog::get("daemon"));
    handle_crashes();
    std::set_terminate(on_terminate);
  }
  queue->write_json(s.format == "json");
  for (const char* name : loggers) spdlog::get(name)->set_level(spdlog::level::from_str(s.level));
}

bool flush_log() { return queue == nullptr || queue->flush(quiet_at_end, most_at_end); }

std::uint64_t dropped_log_lines() { return queue == nullptr ? 0 : queue->dropped(); }

std::uint64_t waiting_log_bytes() { return queue == nullptr ? 0 : queue->bytes(); }

std::string in_quotes(std::string_view text) { return json_text(text); }

}  // namespace roomd
