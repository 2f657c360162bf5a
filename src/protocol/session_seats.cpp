// What rooms say: answers, live messages, pages. All of it comes in the room's order.
#include <algorithm>
#include <utility>

#include "protocol/encode.hpp"
#include "protocol/session.hpp"

namespace roomd::protocol {

// --- answers -------------------------------------------------------------------------------------

void session::on(const joined& a) {
  const auto asked = pending_.take(a.to.serial);
  if (!asked) return;                  // it was given up, and a leave was sent after it
  if (a.already && !find(a.number)) {  // in by a join that was given up, and about to be out again
    give_up(*asked, {errc::timeout, {}, {}});
    return settled();
  }
  --joining_;
  reply(asked->id, joined_reply(asked->id, a));
  if (!a.already) take_seat(a);
  if (a.info_stamp != stamp_) port_.request(update_info{a.room, {address_, 0}, who_.info, stamp_});
  settled();
}

void session::on(const left& a) {
  const auto asked = pending_.take(a.to.serial);
  if (seat* s = find(a.number)) drop_seat(*s);
  if (!asked) return;
  reply(asked->id, left_reply(asked->id, a.room));
  settled();
}

void session::on(const published& a) {
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
  if (a.reset) {
    presence_change all;
    for (const member& m : a.members) all.joined.push_back({m.user, m.info});
    if (const seat* s = find(a.room); s && s->observer) port_.send(members_push(a.room, all, true));
    return;
  }
  const auto asked = pending_.take(a.to.serial);
  if (!asked) return;
  reply(asked->id, members_reply(asked->id, a));
  settled();
}

void session::on(const refused& a) {
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
  if (!ephemeral) ++s.next;
  if (!mine) return;
  ++counters_.deliveries;
  port_.send(frame_for(m, s.deflates));
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
  if (reading_ == f.number) reading_ = 0;
  for (const auto& c : lost)
    give_up(c, {errc::unavailable, "the room was restarted; what became of the command is not known", {}});
  if (member) {
    const auto& why = describe(close_code::internal_error);
    port_.send(removed_push(f.room, static_cast<int>(why.code), why.reason));
  }
  settled();
  read_on();
}

// --- reading on from the log ---------------------------------------------------------------------

void session::turn_to_read() {
  queued_ = false;
  if (phase_ == phase::closed) return;
  if (!rules_->outbox.low(port_.buffered())) {
    // What waits for the peer makes `progressed` queue it again; what only waits for the turn's end does not.
    if (!liveness_.is_blocked()) read_on();
    return;
  }
  seat* s = next_behind();
  if (!s) return;
  reading_ = s->number;
  port_.request(read_page{s->room, {address_, s->membership}, s->next, rules_->outbox.page_bytes()});
}

void session::on(const page_read& a) {
  if (a.number != reading_) return;  // of the successor of a room that failed; another page is under way
  reading_ = 0;
  seat* s = find(a.number);
  if (s && s->membership == a.to.serial) {
    take_page(*s, a);
  }
  read_on();
}

void session::take_page(seat& s, const page_read& a) {
  if (a.gap) {
    ++counters_.gaps;
    port_.send(gap_push(s.room, *a.gap));
  }
  if (a.messages) send_page(s, a.messages);
  s.next = a.next;
  s.live = a.caught_up;
  rank();
  if (s.live && std::exchange(s.missed_news, false)) port_.request(list_members{s.room, {address_, 0}, true});
}

void session::send_page(const seat& s, const std::shared_ptr<const batch>& page) {
  if (!page->may_exclude(s.tag)) {
    counters_.deliveries += page->size();
    return port_.send({page, page->joined(s.deflates).get()});  // holds the page, so that others find it
  }
  for (std::size_t i = 0; i < page->size(); ++i) {
    const auto& m = (*page)[i];
    if (!m->is_for(id_)) continue;
    ++counters_.deliveries;
    port_.send(frame_for(m, s.deflates));
  }
}

void session::read_on() {
  if (queued_ || reading_ != 0 || phase_ == phase::closed) return;
  if (std::none_of(seats_.begin(), seats_.end(), [](const auto& s) { return !s->live; })) return;
  queued_ = true;
  port_.queue_for_page();
}

// The seats take turns, beginning after the one that got the last page.
seat* session::next_behind() {
  for (std::size_t i = 1; i <= seats_.size(); ++i) {
    const std::size_t at = (last_read_ + i) % seats_.size();
    if (seats_[at]->live) continue;
    last_read_ = at;
    return seats_[at].get();
  }
  return nullptr;
}

void session::fall_behind(seat& s) {
  s.live = false;
  rank();
  ++counters_.catch_ups;
  read_on();
}

// --- seats ---------------------------------------------------------------------------------------

seat* session::find(std::string_view room) {
  for (auto& s : seats_)
    if (s->room == room) return s.get();
  return nullptr;
}

seat* session::find(room_number number) {
  for (auto& s : seats_)
    if (s->number == number) return s.get();
  return nullptr;
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
  port_.exit(s);
  std::erase_if(seats_, [&](const auto& p) { return p.get() == &s; });
  rank();
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
