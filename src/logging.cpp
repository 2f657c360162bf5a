#include "logging.hpp"

#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

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

std::unique_ptr<spdlog::formatter> formatter(bool json) {
  auto f = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  if (json) {
    f->add_flag<event_fields>('*').set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","logger":"%n",%*})");
  } else {
    f->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-5l %n %v");
  }
  return f;
}

}  // namespace

void set_up_logging(const config::log_settings& s) {
  static const auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  sink->set_formatter(formatter(s.format == "json"));
  for (const char* name : loggers) {
    auto logger = spdlog::get(name);
    if (!logger) {
      logger = std::make_shared<spdlog::logger>(name, sink);
      spdlog::register_logger(logger);
    }
    logger->set_level(spdlog::level::from_str(s.level));
    logger->flush_on(spdlog::level::trace);
  }
  spdlog::set_default_logger(spdlog::get("daemon"));
}

std::string in_quotes(std::string_view text) { return json_text(text); }

}  // namespace roomd
