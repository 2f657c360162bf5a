#include "actors/info_service.hpp"

#include <algorithm>
#include <exception>

#include "actors/log.hpp"

namespace roomd::actors {

void info_service::push(std::uint64_t session) {
  if (waiting_.empty() && !serving_) turns_.mark(*this);
  waiting_.push_back(session);
}

// What is lost for want of memory is one telling: the rooms hear of the session's next info.
void info_service::on_turn_end() noexcept {
  std::size_t left = rooms_a_turn;
  serving_ = true;
  while (left > 0 && !waiting_.empty()) {
    const std::uint64_t next = waiting_.front();
    waiting_.pop_front();
    try {
      left -= std::min(left, std::max<std::size_t>(tell_(next, std::min(left, rooms_a_session)), 1));
    } catch (const std::exception& fault) {
      log().error("info_service.exception what=\"{}\"", fault.what());
    }
  }
  serving_ = false;
  if (!waiting_.empty()) turns_.mark_next(*this);
}

}  // namespace roomd::actors
