// Settings as TOML for people: every key in the documented order, with its meaning and bounds as comments.
// Read again, it gives equal settings. config/roomd.toml is a heading and what this prints for the defaults.
#pragma once

#include <string>

#include "config/settings.hpp"

namespace roomd::config {

std::string print(const settings& s);

}  // namespace roomd::config
