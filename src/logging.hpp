// Logs: one logger a folder, all to standard error, as text for people or as one JSON object a line. A line's first
// word is its event id (`net.listen`), key=value fields follow; in JSON the id is a field of its own.
#pragma once

#include <string>

#include "config/settings.hpp"

namespace roomd {

/// Sets all loggers up, before any thread is started. Called again by a reload.
void set_up_logging(const config::log_settings& s);

/// `text` between quotes, with control characters and quotes escaped: for values that came from outside.
std::string in_quotes(std::string_view text);

}  // namespace roomd
