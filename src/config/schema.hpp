// The one table of all settings. Loading, the environment, `--set`, printing, bounds and reloads run over it;
// a new setting is a field in settings.hpp and a row here. Its rows are in the documented order, section by
// section.
#pragma once

#include <string_view>
#include <vector>

#include "config/setting.hpp"

namespace roomd::config {

const std::vector<setting>& schema();

/// The row of `section.key`; null where there is none.
const setting* find_setting(std::string_view name);

}  // namespace roomd::config
