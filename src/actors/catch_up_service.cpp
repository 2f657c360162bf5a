#include "actors/catch_up_service.hpp"

#include "actors/roster.hpp"

namespace roomd::actors {

// The next turn's end, not this one's: by then this turn's output is with the kernel, or known to be stuck.
void catch_up_service::push(std::uint64_t session, std::size_t page_bytes) {
  queue_.push({session, page_bytes});
  turns_.mark_next(*this);
}

void catch_up_service::on_turn_end() noexcept {
  queue_.begin_turn();
  for (std::size_t n = queue_.size(); n > 0; --n) {  // who comes again meanwhile waits for the next turn
    const auto next = queue_.pop();
    if (!next) break;
    if (auto* s = sessions_.find(next->session)) s->turn_to_read();
  }
  if (!queue_.empty()) turns_.mark_next(*this);
}

}  // namespace roomd::actors
