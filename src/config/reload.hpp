// What a SIGHUP changes. Pure. The caller loads and validates the wanted settings first, and validates the
// merged ones before they replace the running ones: what stays and what changes must fit together.
#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace roomd::config {

struct reload_plan {
  settings merged;                         ///< the running settings with every change that a reload may make
  std::vector<std::string> changed;        ///< keys that differ and take effect now
  std::vector<std::string> needs_restart;  ///< keys that differ and keep their running value
};

reload_plan plan_reload(const settings& running, const settings& wanted);

}  // namespace roomd::config
