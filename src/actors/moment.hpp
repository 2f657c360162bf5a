// The two clocks of a shard's turn, as the store wants them.
#pragma once

#include <chrono>

#include "actors/shard.hpp"
#include "store/store.hpp"

namespace roomd::actors {

inline store::moment moment_of(const shard& home) {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  return {home.now(), std::chrono::duration_cast<std::chrono::milliseconds>(wall).count()};
}

}  // namespace roomd::actors
