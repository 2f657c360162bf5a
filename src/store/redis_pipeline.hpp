// The commands on their way to one Redis server over one connection, and their replies, which come in the same order.
// Pure: whoever owns it has the socket and the clock. A command that was handed over may have been carried out even when
// no reply comes; that is for who asked to decide.
//
// Handlers may submit further commands and may call fail(); they must not destroy the pipeline. What one throws leaves
// receive(), or fail() once all have been told.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "core/time.hpp"
#include "store/redis_reader.hpp"
#include "store/redis_reply.hpp"

namespace roomd::store {

class redis_pipeline {
 public:
  /// Called once: with the server's reply, which may be an error of its own, or with `unavailable`.
  using handler = std::function<void(result<redis_reply>)>;

  struct bounds {
    std::size_t commands;            ///< in flight
    std::size_t bytes;               ///< of commands that the socket has not taken
    std::chrono::milliseconds time;  ///< from handing a command over to its reply
    redis_reader::bounds reply;
  };

  explicit redis_pipeline(bounds b) : bounds_(b), reader_(std::in_place, b.reply) {}

  /// Hears of every reply that is an error, before the command's own handler does.
  void when_error(std::function<void(const redis_reply&)> f) { when_error_ = std::move(f); }

  /// False: as much is in flight as may be, and `done` is not called.
  bool submit(std::span<const std::string_view> words, time_point now, handler done);
  /// What has to go to the server, once.
  std::string take_output();
  /// Bytes came from the server: the replies in them are handed out. False: the stream makes no sense, see fault().
  bool receive(std::string_view bytes);
  /// Everything in flight is answered with `why`, and the pipeline begins anew, for the next connection.
  void fail(const error& why);

  /// When the oldest command's time is over.
  std::optional<time_point> deadline() const;
  std::size_t in_flight() const { return waiting_.size(); }
  /// What it takes, without what the handlers hold.
  std::size_t bytes() const { return output_.capacity() + waiting_.size() * (sizeof(entry) + 64); }
  /// Of commands that the socket has not taken.
  std::size_t output_bytes() const { return output_.size(); }
  const std::string& fault() const { return fault_; }

 private:
  struct entry {
    time_point deadline;
    handler done;
  };

  bounds bounds_;
  std::optional<redis_reader> reader_;  ///< always there; made anew for each connection
  std::string output_;
  std::deque<entry> waiting_;
  std::string fault_;
  std::function<void(const redis_reply&)> when_error_;
};

}  // namespace roomd::store
