#include "actors/refusals.hpp"

#include <utility>

#include "actors/hub.hpp"

namespace roomd::actors {

void refusals::add(refused r) {
  waiting_.push_back(std::move(r));
  state_.home.turns().mark(*this);
}

void refusals::flush() {
  if (waiting_.empty()) return;
  for (const auto& each : std::exchange(waiting_, {}))
    if (state_.hub_here) state_.hub_here->hear(each);
}

void refusals::stop() {
  state_.home.turns().unmark(*this);
  waiting_.clear();
}

}  // namespace roomd::actors
