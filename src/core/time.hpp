// Time in the pure code: it comes in as an argument, always from the steady clock.
#pragma once

#include <chrono>

namespace roomd {

using time_point = std::chrono::steady_clock::time_point;

}  // namespace roomd
