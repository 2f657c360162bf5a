#include "actors/catch_up_service.hpp"

#include <chrono>
#include <exception>

#include "actors/log.hpp"
#include "actors/roster.hpp"

namespace roomd::actors {
// The next turn's end, not this one's: by then this turn's output is with the kernel, or known to be stuck.
void catch_up_service::push(std::uint64_t session, std::size_t page_bytes) {
  queue_.push({session, page_bytes}, home_.now());
  home_.turns().mark_next(*this);
}

void catch_up_service::on_turn_end() noexcept {
  if (queue_.empty()) return;
  queue_.begin_turn(std::chrono::steady_clock::now());  // not home_.now(), which is when the turn began
  // Who comes again meanwhile waits for the next turn; and where earlier pages still wait to be sent, all but one do.
  for (std::size_t n = home_.turns().crowded() ? 1 : queue_.size(); n > 0; --n) {
    const auto next = queue_.pop();
    if (!next) break;
    if (auto* s = sessions_.find(next->session)) serve(*s);
  }
  if (!queue_.empty()) home_.turns().mark_next(*this);
}

// One that cannot read, for want of memory, tries again with its next tick.
void catch_up_service::serve(protocol::session& s) noexcept {
  try {
    s.turn_to_read(home_.now());
  } catch (const std::exception& fault) {
    log().error("catch_up.exception what=\"{}\"", fault.what());
  }
}

}  // namespace roomd::actors
