// Tells the service manager that the node lives, as long as every shard does: each beat asks all shards for a sign,
// and the next beat passes it on only when all have given it. A shard that is stuck therefore ends the node, and the
// service manager starts it anew. Lives on the main thread's io_context.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace roomd {

class watchdog {
 public:
  /// Runs its argument on one shard.
  using shard_post = std::function<void(std::function<void()>)>;

  /// `alive` is called at each beat at which all shards had answered the beat before.
  watchdog(boost::asio::io_context& io, std::chrono::microseconds beat, std::vector<shard_post> shards,
           std::function<void()> alive);
  void start();
  void stop();

 private:
  void beat();
  void wait();

  /// Outlives the watchdog for as long as an answer is under way.
  struct answers {
    explicit answers(std::size_t n) : given(n) {}
    std::vector<std::atomic<bool>> given;
  };

  boost::asio::steady_timer timer_;
  std::chrono::microseconds beat_;
  std::vector<shard_post> shards_;
  std::function<void()> alive_;
  std::shared_ptr<answers> answers_;
};

}  // namespace roomd
