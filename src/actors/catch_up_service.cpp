#include "actors/catch_up_service.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "actors/roster.hpp"

namespace roomd::actors {
namespace {

constexpr auto share = std::chrono::milliseconds(1);
constexpr std::size_t most_shares = 32;

}  // namespace

// The next turn's end, not this one's: by then this turn's output is with the kernel, or known to be stuck.
void catch_up_service::push(std::uint64_t session, std::size_t page_bytes) {
  if (queue_.empty()) served_ = home_.now();
  queue_.push({session, page_bytes});
  home_.turns().mark_next(*this);
}

void catch_up_service::on_turn_end() noexcept {
  if (queue_.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  const auto took = now - std::exchange(served_, now);
  queue_.begin_turn(std::min<std::size_t>(static_cast<std::size_t>(took / share) + 1, most_shares));
  for (std::size_t n = queue_.size(); n > 0; --n) {  // who comes again meanwhile waits for the next turn
    const auto next = queue_.pop();
    if (!next) break;
    if (auto* s = sessions_.find(next->session)) s->turn_to_read();
  }
  if (!queue_.empty()) home_.turns().mark_next(*this);
}

}  // namespace roomd::actors
