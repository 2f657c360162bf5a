#include "store/redis_waits.hpp"

#include <exception>

namespace roomd::store {
namespace {

const error too_few{
    errc::unavailable,
    "too few replicas have the message in time: it may be stored, try again with the same key",
    std::chrono::seconds(1)};

}  // namespace

redis_waits::redis_waits(const rule& r)
    : rule_(r), replicas_(std::to_string(r.replicas)), time_(std::to_string(r.time.count())) {}

redis_waits::handler redis_waits::hold(handler done) {
  if (!wanted()) return done;
  return [this, done = std::move(done)](result<redis_reply> r) {
    if (!r || r->what != redis_reply::kind::integer || r->integer == 0) return done(std::move(r));
    held_.push_back({done, std::move(*r)});
  };
}

void redis_waits::sent() {
  written_ = false;
  out_ = true;
}

void redis_waits::take(const result<redis_reply>& answer) {
  out_ = false;
  tell(answer && answer->what == redis_reply::kind::integer && answer->integer >= rule_.replicas);
}

void redis_waits::fail() {
  written_ = out_ = false;
  tell(false);
}

void redis_waits::tell(bool enough) {
  std::exception_ptr first;
  for (auto& each : std::exchange(held_, {})) {
    try {
      each.done(enough ? result<redis_reply>(std::move(each.reply)) : too_few);
    } catch (...) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace roomd::store
