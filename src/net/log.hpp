// The folder's logger. Lines begin with a stable event id and go on with key=value fields.
#pragma once

#include <spdlog/spdlog.h>

namespace roomd::net {

/// The one that the daemon registered as `net`, else the default one.
inline spdlog::logger& logger() {
  static const auto named = spdlog::get("net");
  return named ? *named : *spdlog::default_logger_raw();
}

}  // namespace roomd::net
