#include "actors/fan_out.hpp"

#include <exception>
#include <utility>

#include "actors/log.hpp"

namespace roomd::actors {
namespace {

constexpr std::size_t ahead =
    4;  // seats that are asked for while others are served: they lie anywhere in memory

void deliver_rest(protocol::seat& s, const batch& b) {
  for (std::size_t i = std::exchange(s.brought, static_cast<std::uint32_t>(b.size())); i < b.size(); ++i)
    s.owner->deliver(s, b[i]);
}

}  // namespace

void fan_out::gather(room_number number, const message_ptr& m) {
  roster::room* r = sessions_.find_room(number);
  if (!r) return;
  if (r->waiting.empty()) {
    waiting_.push_back(number);
    turns_.mark(*this);
  }
  r->waiting.add(m);
  if (r->waiting.bytes() >= most_bytes_) flush(*r);
}

void fan_out::bring_up(protocol::session& s) {
  if (waiting_.empty()) return;
  for (const auto& seat : s.seats()) {
    const roster::room* r = sessions_.find_room(seat->number);
    if (r && !r->waiting.empty()) deliver_rest(*seat, r->waiting);
  }
}

void fan_out::flush(room_number number) {
  if (roster::room* r = sessions_.find_room(number)) flush(*r);
}

void fan_out::flush(roster::room& r) {
  if (r.waiting.empty()) return;
  for (std::size_t i = 0; i < r.seats.size(); ++i) {
    if (i + ahead < r.seats.size()) __builtin_prefetch(r.seats[i + ahead]);
    bring(*r.seats[i], r.waiting);
  }
  r.waiting.clear();
}

// A member that cannot take it, for want of memory, has a hole before the next message and so falls back to its cursor.
void fan_out::bring(protocol::seat& s, const batch& b) {
  try {
    if (s.brought == 0 && s.take(b)) {
      counters_.deliveries += b.size();
    } else {
      deliver_rest(s, b);
    }
  } catch (const std::exception& fault) {
    log().error("fan_out.exception what=\"{}\"", fault.what());
  }
  s.brought = 0;
}

void fan_out::on_turn_end() noexcept {
  for (const room_number number : waiting_) flush(number);
  waiting_.clear();
}

}  // namespace roomd::actors
