// What rooms say: answers, live messages, pages. All of it comes in the room's order.
#include <algorithm>
#include <utility>

#include "protocol/encode.hpp"
#include "protocol/session.hpp"

namespace roomd::protocol {

// --- answers -------------------------------------------------------------------------------------

void session::on(const joined& a) {
  if (a.refund) refund_room();
  const auto asked = pending_.take(a.to.serial);
  if (!asked) return undo(a);
  if (a.already && !find(a.number)) {  // in by a join that was given up, and about to be out again
    give_up(*asked, {errc::timeout, {}, {}});
    return settled();
  }
  --joining_;
  reply(asked->id, joined_reply(asked->id, a));
  if (!a.already) take_seat(a);
  if (seat* s = find(a.number); s && a.info_stamp != stamp_) tell_later(*s);
  settled();
}

// It was given up. A leave was sent after it, but not where the session was in the room already: if that room has failed
// since, this is the next one with its name, and would keep the session for ever. A second leave does no harm.
void session::undo(const joined& a) {
  if (find(a.room) || pending_.will_be_in(a.room).value_or(false)) return;
  port_.request(leave_room{a.room, {address_, 0}, false});
}

void session::on(const left& a) {
  const auto asked = pending_.take(a.to.serial);
  if (seat* s = find(a.number)) drop_seat(*s);
  if (!asked) return;
  reply(asked->id, left_reply(asked->id, a.room));
  settled();
}

void session::on(const published& a) {
  if (a.refund) refund_room();
  const auto asked = pending_.take(a.to.serial);
  if (!asked) return;
  reply(asked->id, published_reply(asked->id, a));
  settled();
}

void session::on(const history_read& a) {
  const auto asked = pending_.take(a.to.serial);
  if (!asked) return;
  reply(asked->id, history_reply(asked->id, a));
  settled();
}

void session::on(const members_listed& a) {
  if (a.form == member_form::reset) return take_members(a);
  const auto asked = pending_.take(a.to.serial);
  if (!asked) return;
  reply(asked->id, members_reply(asked->id, a));
  settled();
}

void session::on(const refused& a) {
  if (give_up_relisting(a)) return;
  const auto asked = pending_.take(a.to.serial);
  if (!asked) return;
  if (asked->kind == command_kind::join) --joining_;
  ++counters_.errors;
  port_.send(error_reply(asked->id, a.why));
  settled();
}

// --- the room's messages -------------------------------------------------------------------------

void session::deliver(seat& s, const message_ptr& m) {
  const bool ephemeral = m->seq == 0;
  if (!ephemeral && (!s.live || m->seq < s.next)) return;
  if (!ephemeral && m->seq > s.next) return fall_behind(s);
  const bool mine = m->is_for(id_);
  if (mine && (!s.live || !rules_->outbox.takes(port_.buffered(), m->wire_size(s.deflates)))) {
    if (!ephemeral) return fall_behind(s);
    ++counters_.drops;
    return;
  }
  if (mine) {
    port_.send(frame_for(m, s.deflates));
    ++counters_.deliveries;
  }
  if (!ephemeral) ++s.next;  // behind the sending, which may fail
}

void session::news(seat& s, const frame_ptr& push) {
  if (s.live && rules_->outbox.takes(port_.buffered(), push->size())) return port_.send(push);
  s.missed_news = true;
  if (s.live) fall_behind(s);
}

// What has come of the old numbering is the client's; a page of it that is still under way is not. A seat that is behind
// goes on from where it is, as far as the new numbering agrees with the old one.
void session::renumber(seat& s, const position& at, bool child) {
  constexpr std::uint64_t another_numbering = std::uint64_t{1} << 48U;  // far above any serial
  const position stands{at.epoch, child ? std::min(s.next - 1, at.seq) : at.seq};
  s.next = stands.seq + 1;
  forget_page(s);
  s.membership += another_numbering;
  port_.send(epoch_push(s.room, stands));
  if (!s.live) read_on();
}

void session::on(const room_failed& f) {
  seat* s = find(f.number);
  const bool member = s != nullptr;
  const auto lost = pending_.take_room(f.room);
  if (!member && lost.empty()) return;
  if (member) drop_seat(*s);
  for (const auto& c : lost)
    give_up(c, {errc::unavailable, "the room was restarted; what became of the command is not known", {}});
  if (member) {
    const auto& why = describe(close_code::internal_error);
    port_.send(removed_push(f.room, static_cast<int>(why.code), why.reason));
  }
  settled();
}

// --- seats ---------------------------------------------------------------------------------------

seat* session::find(std::string_view room) const {
  for (auto& s : seats_)
    if (s->room == room) return s.get();
  return nullptr;
}

seat* session::find(room_number number) const {
  for (auto& s : seats_)
    if (s->number == number) return s.get();
  return nullptr;
}

/// A room that the session is to join: would it be in more rooms than it may, once all that it asked for before has been
/// answered with yes?
bool session::is_one_too_many(std::string_view room) const {
  if (pending_.will_be_in(room).value_or(find(room) != nullptr)) return false;
  std::size_t rooms = pending_.rooms_to_join([this](const std::string& other) { return !find(other); });
  for (const auto& s : seats_) rooms += std::size_t{pending_.will_be_in(s->room).value_or(true)};
  return rooms >= rules_->rooms;
}

void session::take_seat(const joined& a) {
  auto s = std::make_unique<seat>();
  s->owner = this;
  s->output = &port_.output();
  s->bound = rules_->outbox.bound;
  s->tag = tag_of(id_);
  s->room = a.room;
  s->number = a.number;
  s->membership = a.to.serial;
  s->next = a.next;
  s->observer = a.observer;
  s->deflates = port_.deflates();
  seats_.push_back(std::move(s));
  seat& taken = *seats_.back();
  send_notice(a.room, a.what_is_lost);
  taken.next = a.missed > 0 ? a.next : a.head.seq + 1;
  port_.enter(taken);
  taken.live = a.missed == 0;
  rank();
  if (taken.live) return;
  ++counters_.catch_ups;
  if (a.first_page && rules_->outbox.low(port_.buffered())) take_page(taken, *a.first_page);
  read_on();
}

void session::drop_seat(seat& s) {
  if (relisting_ && relisting_->room == s.number) relisting_.reset();
  port_.exit(s);
  forget_page(s);
  std::erase_if(seats_, [&](const auto& p) { return p.get() == &s; });
  rank();
  read_on();
}

// Who hears a room live, or publishes, and is behind in none, comes before those who come back and catch up.
void session::rank() {
  const bool behind = std::any_of(seats_.begin(), seats_.end(), [](const auto& s) { return !s->live; });
  const bool favoured = !behind && (!seats_.empty() || published_);
  if (favoured != favoured_) port_.favour(favoured_ = favoured);
}

void session::send_notice(const std::string& room, const notice& n) {
  if (auto* gap = std::get_if<gap_notice>(&n)) {
    ++counters_.gaps;
    port_.send(gap_push(room, *gap));
  } else if (auto* restart = std::get_if<epoch_notice>(&n)) {
    port_.send(epoch_push(room, restart->at));
  }
}

}  // namespace roomd::protocol
