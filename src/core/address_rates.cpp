#include "core/address_rates.hpp"

namespace roomd {

// Each call that may add an entry drops up to two, so that the table shrinks while it is used, in no long step.
void address_rates::forget_full(time_point now) {
  for (int i = 0; i < 2 && !by_use_.empty() && by_use_.front().rate.full(now); ++i) {
    by_address_.erase(by_use_.front().address);
    by_use_.pop_front();
  }
}

creation_rate& address_rates::of(std::uint64_t address, time_point now) {
  if (const auto found = by_address_.find(address); found != by_address_.end()) {
    by_use_.splice(by_use_.end(), by_use_, found->second);
    return found->second->rate;
  }
  forget_full(now);
  if (by_address_.size() >= most_) return others_;
  const auto added = by_use_.insert(by_use_.end(), {address});
  by_address_.emplace(address, added);
  return added->rate;
}

std::optional<std::chrono::milliseconds> address_rates::take(std::uint64_t address, std::uint32_t a_minute,
                                                             time_point now) {
  if (a_minute == 0) return std::nullopt;
  return of(address, now).take(a_minute, now);
}

void address_rates::give_back(std::uint64_t address, std::uint32_t a_minute) {
  const auto found = by_address_.find(address);
  (found != by_address_.end() ? found->second->rate : others_).give_back(a_minute);
}

}  // namespace roomd
