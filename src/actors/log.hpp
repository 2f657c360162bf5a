// This folder's logger. Lines begin with a stable event id and go on with key=value fields.
#pragma once

#include <spdlog/spdlog.h>

namespace roomd::actors {

/// The logger `actors` where the daemon has set it up, else the default one.
inline spdlog::logger& log() {
  static const std::shared_ptr<spdlog::logger> own = spdlog::get("actors");
  return own ? *own : *spdlog::default_logger_raw();
}

}  // namespace roomd::actors
