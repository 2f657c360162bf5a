// Traffic of the scenarios that all servers can do. Each returns when everything has arrived, so that the server's
// CPU time before and after belongs to it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <nlohmann/json_fwd.hpp>

#include "load/swarm.hpp"

namespace bench {

struct fan_out_plan {
  std::size_t window = 1;  ///< publishes in flight
  std::size_t burst = 1;   ///< publishes in one system call; at most `window`
  std::chrono::milliseconds time{200};
  std::uint64_t seed = 1;  ///< of the choice of rooms
};

/// As fast as it goes, never more than `window` publishes beyond what has arrived everywhere.
nlohmann::json fan_out(swarm& s, const fan_out_plan& plan);

/// `rate` publishes a second into random rooms; the latency is from before the publish to after the read.
nlohmann::json at_rate(swarm& s, std::size_t rate, std::chrono::milliseconds time);

/// Median, p99 and maximum in microseconds.
nlohmann::json summary(const std::vector<nanoseconds>& latencies);

}  // namespace bench
