#include "config/reload.hpp"

#include "config/schema.hpp"

namespace roomd::config {

reload_plan plan_reload(const settings& running, const settings& wanted) {
  reload_plan plan{running, {}, {}};
  for (const auto& row : schema()) {
    auto next = row.read(wanted);
    if (next == row.read(running)) continue;
    if (row.when == effect::reload) {
      row.write(plan.merged, std::move(next));
      plan.changed.emplace_back(row.name);
    } else {
      plan.needs_restart.emplace_back(row.name);
    }
  }
  return plan;
}

}  // namespace roomd::config
