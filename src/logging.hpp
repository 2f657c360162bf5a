// Logs: one logger a folder, all to standard error, as text for people or as one JSON object a line. A line's first
// word is its event id (`net.listen`), key=value fields follow; in JSON the id is a field of its own. A thread of its own
// writes the lines, see log_queue.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace roomd {

/// Sets all loggers up, before any other thread is started, and waits in a crash until the lines before it are written.
/// Called again by a reload.
void set_up_logging(const config::log_settings& s);

/// Waits until everything that was logged is written, a few seconds at most. False: nobody reads it; the thread that
/// writes hangs, and the process must end without it (std::_Exit).
bool flush_log();

/// Lines that were logged and could not be written, since the start.
std::uint64_t dropped_log_lines();

/// Bytes of lines that wait to be written, about.
std::uint64_t waiting_log_bytes();

/// `text` between quotes, with control characters and quotes escaped: for values that came from outside.
std::string in_quotes(std::string_view text);

}  // namespace roomd
