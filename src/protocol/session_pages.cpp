// Reading on from the rooms' logs. Each page that is asked for ends: by the page, by the end of the membership or of the
// numbering that it was asked for, or by its deadline, which takes the session out of the room.
#include <algorithm>
#include <utility>

#include "protocol/encode.hpp"
#include "protocol/session.hpp"

namespace roomd::protocol {
namespace {

/// WebSocket's code for it. The room is well, its history cannot be had at the moment.
constexpr int try_again_later = 1013;

}  // namespace

void session::turn_to_read(time_point now) {
  queued_ = false;
  if (phase_ == phase::closed) return;
  if (!rules_->outbox.low(port_.buffered())) {
    // What waits for the peer makes `progressed` queue it again; what only waits for the turn's end does not.
    if (!liveness_.is_blocked()) read_on();
    return;
  }
  seat* s = next_behind();
  if (!s) return read_members();
  pages_.push_back({s->number, s->membership, now + rules_->time.write_timeout});
  s->asked = true;
  port_.request(read_page{s->room, {address_, s->membership}, s->next, rules_->outbox.page_bytes()});
  port_.deadline_moved();
}

void session::on(const page_read& a) {
  const auto asked = std::find_if(pages_.begin(), pages_.end(), [&](const asked_page& p) {
    return p.room == a.number && p.membership == a.to.serial;
  });
  if (asked == pages_.end()) return;  // of an earlier stay, or of an earlier numbering
  if (a.later) {
    asked->later = true;
    return read_on();
  }
  seat* s = find(a.number);
  // The outbox may be full of another room's page by now. Then it is asked for again.
  if (!asked->later || rules_->outbox.low(port_.buffered())) take_page(*s, a);
  forget_page(*s);
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
  if (queued_ || phase_ == phase::closed) return;
  const bool behind =
      std::any_of(seats_.begin(), seats_.end(), [](const auto& s) { return !s->live && !s->asked; });
  if (!behind && !lacks_members()) return;
  if (std::any_of(pages_.begin(), pages_.end(), [](const asked_page& p) { return !p.later; })) return;
  port_.queue_for_page();
  queued_ = true;
}

// The seats take turns, beginning after the one that got the last page.
seat* session::next_behind() {
  for (std::size_t i = 1; i <= seats_.size(); ++i) {
    const std::size_t at = (last_read_ + i) % seats_.size();
    if (seats_[at]->live || seats_[at]->asked) continue;
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

void session::fall_back(seat& s) {
  if (s.live) fall_behind(s);
}

void session::forget_page(seat& s) {
  if (!std::exchange(s.asked, false)) return;
  std::erase_if(pages_,
                [&](const asked_page& p) { return p.room == s.number && p.membership == s.membership; });
  if (pages_.empty()) pages_ = {};  // most sessions are never behind
}

// Pages that have not come in time. The client knows how far it has got and may join again from there. Where it leaves
// anyway, another leave might meet a membership that begins behind that.
void session::end_late_pages(time_point now) {
  for (;;) {
    const auto late =
        std::find_if(pages_.begin(), pages_.end(), [now](const asked_page& p) { return p.until <= now; });
    if (late == pages_.end()) return;
    seat* s = find(late->room);
    if (s->leaving) {
      late->until = now + rules_->time.write_timeout;
      continue;
    }
    const std::string room = s->room;
    drop_seat(*s);
    port_.request(leave_room{room, {address_, 0}, false});
    port_.send(removed_push(room, try_again_later, "try_again_later"));
  }
}

}  // namespace roomd::protocol
