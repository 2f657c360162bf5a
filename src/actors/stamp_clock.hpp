// The versions of infos, for all shards of a node: a logical clock (Lamport's). It grows with every `hello` and
// `identity` on this node, and goes on above every version that another node has told of. So the later of two infos has
// the greater version where they come from one session or one node, or where the node of the later one had heard of the
// earlier one; no wall clock has a say in that. A new clock begins with the time, as a first guess at where the other
// nodes' stand: until the first presence message of a shared room it knows no better.
//
// Shared by the shards; every call may come from any of them.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace roomd::actors {

class stamp_clock {
 public:
  explicit stamp_clock(std::uint64_t begin) : last_(begin) {}
  stamp_clock()
      : stamp_clock(static_cast<std::uint64_t>(
            std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count())) {}

  std::uint64_t next() { return last_.fetch_add(1, std::memory_order_relaxed) + 1; }
  /// Another node has told of this version. One that no clock reaches is a fault of the other node.
  void heard(std::uint64_t stamp) {
    if (stamp > greatest) return;
    auto known = last_.load(std::memory_order_relaxed);
    while (known < stamp && !last_.compare_exchange_weak(known, stamp, std::memory_order_relaxed)) {
    }
  }

 private:
  static constexpr std::uint64_t greatest = std::uint64_t{1} << 62U;
  std::atomic<std::uint64_t> last_;
};

}  // namespace roomd::actors
