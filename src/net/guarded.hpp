// An exception costs one connection, never the shard.
#pragma once

#include <exception>
#include <string_view>

#include "net/log.hpp"

namespace roomd::net {

/// Runs `step`; where it throws, the log says so and `give_up` ends the connection.
template <class F, class G>
void guarded(std::string_view where, F&& step, G&& give_up) noexcept {
  try {
    step();
  } catch (const std::exception& fault) {
    logger().error("net.exception where={} what=\"{}\"", where, fault.what());
    give_up();
  }
}

}  // namespace roomd::net
