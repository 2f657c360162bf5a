#include "protocol/session.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "protocol/encode.hpp"

namespace roomd::protocol {

session::session(session_port& port, session_counters& counters, std::shared_ptr<const session_rules> rules,
                 session_address address, std::string id, time_point now)
    : port_(port),
      counters_(counters),
      rules_(std::move(rules)),
      address_(address),
      id_(std::move(id)),
      liveness_(rules_->time, now),
      limiter_(rules_->commands_per_second, rules_->commands_burst, now),
      pending_(&counters.waiting) {}

void session::binary() { close(close_code::protocol_error); }

void session::progressed(time_point now) {
  const std::size_t waiting = port_.buffered();
  if (phase_ == phase::closed) return;
  liveness_.progressed(now, waiting > 0);
  if (rules_->outbox.low(waiting)) read_on();
  pace();
}

void session::gone() {
  counters_.info_bytes -= std::exchange(who_.info, {}).size();
  phase_ = phase::closed;
  leave_all();
}

void session::leave_all() {
  while (auto p = pending_.take_overdue(time_point::max()))
    if (p->kind == command_kind::join) port_.request(leave_room{p->room, {address_, 0}, false});
  for (auto& s : seats_) {
    port_.exit(*s);
    port_.request(leave_room{s->room, {address_, 0}, false});
  }
  seats_.clear();
  pages_.clear();
  held_.clear();
  relisting_.reset();
}

session::time_point session::deadline() const {
  auto first = liveness_.deadline();
  if (const auto answer = pending_.deadline()) first = std::min(first, *answer);
  for (const auto& page : pages_) first = std::min(first, page.until);
  return first;
}

// No time-out ends a session while the socket holds what would have prevented it: after a standstill of the process
// everything is late, and that is not the peer's fault.
liveness::verdict session::judge(time_point now) {
  using verdict = liveness::verdict;
  const auto found = liveness_.check(now);
  if (found == verdict::slow_consumer && port_.takes_output()) {
    liveness_.progressed(now, true);
    return verdict::wait;
  }
  const bool silent = found == verdict::handshake_timeout || found == verdict::ping_timeout;
  return silent && port_.input_waits() && liveness_.spare(now) ? verdict::wait : found;
}

void session::tick(time_point now) {
  if (phase_ == phase::closed) return;
  using verdict = liveness::verdict;
  switch (judge(now)) {
    case verdict::wait:
      break;
    case verdict::ping:
      port_.send(ping_push());
      break;
    case verdict::handshake_timeout:
      return close(close_code::handshake_timeout);
    case verdict::ping_timeout:
      return close(close_code::ping_timeout);
    case verdict::slow_consumer:
      phase_ = phase::closed;
      leave_all();
      return port_.close_discarding(close_code::slow_consumer);
  }
  while (auto late = pending_.take_overdue(now)) {
    give_up(*late, {errc::timeout, {}, {}});
    settled();
  }
  end_late_pages(now);
  read_on();  // again, where there was no memory for it
}

void session::drain() {
  if (phase_ == phase::closed) return;
  phase_ = phase::draining;
  settled();
}

void session::close(close_code code) {
  if (phase_ == phase::closed) return;
  phase_ = phase::closed;
  leave_all();
  port_.close(code);
}

void session::reply(command_id id, frame_ptr f) {
  if (id != 0) port_.send(std::move(f));
}

void session::reply(command_id id, reply_frames f) {
  if (id == 0) return;
  port_.send(std::move(f.first));
  if (f.rest) port_.send(std::move(f.rest));
}

void session::refuse(command_id id, const error& why, std::string_view room) {
  ++counters_.errors;
  frame_ptr text = error_reply(id, why);
  const std::uint64_t before = room.empty() ? 0 : pending_.newest_of(room);
  if (before == 0) {
    port_.send(std::move(text));
  } else {
    held_.push_back({before, std::move(text)});
  }
}

// No answer is waited for any more. A join may still come to pass, so it is undone; but not where it finds the
// session in the room, which has then nothing to do.
void session::give_up(const pending_command& c, const error& why) {
  if (c.kind == command_kind::join) {
    --joining_;
    const seat* s = find(c.room);
    if (!s || s->leaving) port_.request(leave_room{c.room, {address_, 0}, false});
  }
  ++counters_.errors;
  port_.send(error_reply(c.id, why));
  release_held(c.serial);  // before the next one is given up
}

// Lets go of what waited for no command after this one.
void session::release_held(std::uint64_t until) {
  std::vector<held_back> still;
  for (auto& h : held_) {
    if (h.after > until || pending_.contains(h.after)) {
      still.push_back(std::move(h));
    } else if (auto* refusal = std::get_if<frame_ptr>(&h.what)) {
      port_.send(std::move(*refusal));
    } else {
      pass_on(std::move(std::get<room_request>(h.what)));
    }
  }
  held_ = std::move(still);
}

// A command was answered: what waited for it may go, and reading goes on or stops.
void session::settled() {
  release_held(std::numeric_limits<std::uint64_t>::max());
  if (phase_ == phase::draining && pending_.empty()) return close(close_code::going_away);
  pace();
}

// Reads on only while there is room for answers: for their number, for their bytes, and for one long one at a time,
// since nobody knows its bytes before it comes; and while what it publishes does not pile up before its rooms.
void session::pace() {
  const auto refusals = static_cast<std::size_t>(std::count_if(
      held_.begin(), held_.end(), [](const auto& h) { return std::holds_alternative<frame_ptr>(h.what); }));
  const bool full = pending_.size() + refusals >= rules_->commands_in_flight ||
                    pending_.bytes() >= rules_->outbox.bound || pending_.contains(bulky_) ||
                    !rules_->outbox.reads(port_.buffered());
  if (full == paused_) return;
  liveness_.reading(!full);
  port_.pause_reading(paused_ = full);
}

}  // namespace roomd::protocol
