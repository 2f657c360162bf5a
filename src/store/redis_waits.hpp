// Holds the replies to writes back until so many replicas have them as well (WAIT). One WAIT covers every write before it
// on its connection, so it goes out once for all that a turn has written, and one is out at a time: what is written
// meanwhile is carried out behind it, and is covered by the next. Pure; one for each connection, whose owner asks what to
// send and hands over every answer.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/redis_pipeline.hpp"

namespace roomd::store {

class redis_waits {
 public:
  using handler = redis_pipeline::handler;

  struct rule {
    std::uint32_t replicas = 0;  ///< 0: nothing is held back
    std::chrono::milliseconds time{1000};
  };

  explicit redis_waits(const rule& r);

  bool wanted() const { return rule_.replicas > 0; }
  /// Replies that it holds back.
  std::size_t holding() const { return held_.size(); }
  /// Around the handler of a write that answers with a number: 0 and errors say that nothing was written.
  handler hold(handler done);
  /// A write is being sent, for the first time or again.
  void wrote() { written_ = wanted(); }

  /// What has to be sent now, behind what was written.
  bool is_due() const { return written_ && !out_; }
  std::array<std::string_view, 3> command() const { return {"WAIT", replicas_, time_}; }
  void sent();
  /// Its answer: tells everyone whose write was answered before it.
  void take(const result<redis_reply>& answer);
  /// The connection is lost: tells everyone who waits. What one of them throws leaves it when all have been told.
  void fail();

 private:
  struct held {
    handler done;
    redis_reply reply;
  };

  void tell(bool enough);

  rule rule_;
  std::string replicas_, time_;
  bool written_ = false;  ///< since the last WAIT
  bool out_ = false;
  std::vector<held> held_;
};

}  // namespace roomd::store
