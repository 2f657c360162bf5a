#include "actors/fan_out.hpp"

#include <exception>
#include <utility>

#include "actors/log.hpp"

namespace roomd::actors {
namespace {

// Seats and outboxes lie anywhere in memory. So many seats ahead of the one that is served are asked for, and then, by
// when they have come, the outboxes that they point to.
constexpr std::size_t seats_ahead = 8;
constexpr std::size_t outboxes_ahead = 4;

class prefetch {
 public:
  explicit prefetch(const std::vector<protocol::seat*>& seats) : seats_(seats) {
    for (std::size_t i = 0; i < seats_ahead; ++i) seat(i);
    for (std::size_t i = 0; i < outboxes_ahead; ++i) outbox(i);
  }
  void before(std::size_t i) const {
    seat(i + seats_ahead);
    outbox(i + outboxes_ahead);
  }

 private:
  static constexpr std::size_t cache_line = 64;
  static constexpr std::size_t outbox_lines = 3;  // marks, queue and socket of a stream

  void seat(std::size_t i) const {
    if (i < seats_.size()) __builtin_prefetch(seats_[i]);
  }
  void outbox(std::size_t i) const {
    if (i >= seats_.size()) return;
    const char* at = reinterpret_cast<const char*>(seats_[i]->output);
    for (std::size_t line = 0; line < outbox_lines; ++line) __builtin_prefetch(at + line * cache_line);
  }

  const std::vector<protocol::seat*>& seats_;
};

void deliver_rest(protocol::seat& s, const batch& b) {
  for (std::size_t i = std::exchange(s.brought, static_cast<std::uint32_t>(b.size())); i < b.size(); ++i)
    s.owner->deliver(s, b[i]);
}

}  // namespace

void fan_out::gather(room_number number, const message_ptr& m) {
  roster::room* r = sessions_.find_room(number);
  if (!r) return;
  try {
    if (r->waiting.empty()) {
      waiting_.push_back(number);
      turns_.mark(*this);
    }
    r->waiting.add(m);
  } catch (const std::exception& fault) {
    for (protocol::seat* each : r->seats) fall_back(*each, fault.what());
  }
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
  const prefetch coming(r.seats);
  for (std::size_t i = 0; i < r.seats.size(); ++i) {
    coming.before(i);
    bring(*r.seats[i], r.waiting);
  }
  r.waiting.clear();
}

void fan_out::bring(protocol::seat& s, const batch& b) {
  try {
    if (s.brought == 0 && s.take(b)) {
      counters_.deliveries += b.size();
    } else {
      deliver_rest(s, b);
    }
  } catch (const std::exception& fault) {
    fall_back(s, fault.what());
  }
  s.brought = 0;
}

// A member that cannot take what is brought, for want of memory, reads it from the log.
void fan_out::fall_back(protocol::seat& s, const char* why) noexcept {
  try {
    s.owner->fall_back(s);
    log().error("fan_out.exception what=\"{}\"", why);
  } catch (const std::exception&) {  // the session tries again with its next tick
  }
}

void fan_out::on_turn_end() noexcept {
  for (const room_number number : waiting_) flush(number);
  waiting_.clear();
}

}  // namespace roomd::actors
