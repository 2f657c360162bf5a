// Gives memory back to the system after a peak: looks once a second at what the shards have in use, and asks the
// allocator when core/trim_policy.hpp says so. Lives on the main thread's io_context, which has nothing else to do: the
// allocator takes its time over it, and a shard that asked would serve nobody meanwhile.
#pragma once

#include <cstdint>
#include <functional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/trim_policy.hpp"

namespace roomd {

class memory_return {
 public:
  /// `in_use`: the bytes that all shards have in use, by their own account.
  memory_return(boost::asio::io_context& io, std::function<std::uint64_t()> in_use);
  void start();

  /// Bytes of the process that are in memory; 0 where the system does not say.
  static std::uint64_t resident();

 private:
  void look();

  boost::asio::steady_timer timer_;
  std::function<std::uint64_t()> in_use_;
  trim_policy policy_;
};

}  // namespace roomd
