#include "store/redis_pipeline.hpp"

#include <exception>
#include <utility>

#include "store/redis_command.hpp"

namespace roomd::store {

bool redis_pipeline::submit(std::span<const std::string_view> words, time_point now, handler done) {
  if (waiting_.size() >= bounds_.commands) return false;
  const std::string command = format_redis_command(words);
  if (!output_.empty() && output_.size() + command.size() > bounds_.bytes) return false;
  output_.reserve(output_.size() + command.size());  // from here on nothing fails halfway
  waiting_.push_back({now + bounds_.time, std::move(done)});
  output_ += command;
  return true;
}

std::string redis_pipeline::take_output() { return std::exchange(output_, {}); }

bool redis_pipeline::receive(std::string_view bytes) {
  reader_->feed(bytes);
  while (auto reply = reader_->next()) {
    if (waiting_.empty()) {
      fault_ = "a reply that nothing was asked for";
      return false;
    }
    const handler done = std::move(waiting_.front().done);
    waiting_.pop_front();
    if (when_error_ && reply->what == redis_reply::kind::error) when_error_(*reply);
    done(std::move(*reply));
  }
  fault_ = reader_->fault();
  return fault_.empty();
}

void redis_pipeline::fail(const error& why) {
  const auto lost = std::exchange(waiting_, {});
  output_.clear();
  fault_.clear();
  reader_.emplace(bounds_.reply);
  std::exception_ptr first;
  for (const auto& each : lost) {
    try {
      each.done(why);
    } catch (...) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

std::optional<time_point> redis_pipeline::deadline() const {
  if (waiting_.empty()) return {};
  return waiting_.front().deadline;
}

}  // namespace roomd::store
