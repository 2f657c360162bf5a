// The lists of a session's rooms, and its own info on its way to them.
//
// An info goes to each room at most once at a time: while the room has not taken it, newer ones replace the one that is
// due, and nothing is queued. The session tells its rooms in turns that the shard hands out, so that one with many rooms
// does not hold up the others; a room of which it asks something is told before that.
#include <algorithm>
#include <utility>
#include <variant>

#include "protocol/encode.hpp"
#include "protocol/session.hpp"

namespace roomd::protocol {

namespace {

/// Above the serials of all commands, so that a refusal is not taken for a command's.
constexpr std::uint64_t relisting_serials = std::uint64_t{1} << 62U;
}  // namespace

void session::run(command_id id, members_command& c, time_point now) {
  const origin from = expect(id, command_kind::members, c.room, now);
  bulky_ = from.serial;
  ask_room(list_members{std::move(c.room), from, member_form::reply, std::move(c.after), c.limit});
}

// --- its own info ------------------------------------------------------------------------------------------------

void session::run(command_id id, identity_command& c, time_point) {
  counters_.info_bytes += c.info.size() - who_.info.size();
  who_.info = std::string(c.info);
  stamp_ = port_.next_stamp();
  told_info_.reset();
  for (auto& s : seats_) tell_later(*s);
  reply(id, identity_reply(id));
}

// What it asks of a room comes after the info that it gave itself before.
void session::pass_on(room_request r) {
  seat* s = find(room_of(r));
  if (s && s->info_due) tell(*s);
  port_.request(std::move(r));
}

void session::tell(seat& s) {
  if (!told_info_) told_info_ = std::make_shared<const std::string>(who_.info);
  s.info_due = false;
  s.info_asked = true;
  port_.request(update_info{s.room, {address_, 0}, told_info_, stamp_});
}

void session::tell_later(seat& s) {
  s.info_due = true;
  if (s.info_asked || std::exchange(telling_, true)) return;
  port_.queue_to_tell();
}

std::size_t session::turn_to_tell(std::size_t most) {
  telling_ = false;
  std::size_t told = 0;
  for (auto& s : seats_) {
    if (!s->info_due || s->info_asked) continue;
    if (told == most) {
      tell_later(*s);
      break;
    }
    tell(*s);
    ++told;
  }
  if (!telling_) told_info_.reset();
  return told;
}

void session::on(const info_taken& a) {
  seat* s = find(a.room);
  if (!s) return;
  s->info_asked = false;
  if (s->info_due) tell_later(*s);
}

// --- the members' list, anew -------------------------------------------------------------------------------------

bool session::lacks_members() const {
  if (relisting_) return relisting_->serial == 0;
  return std::any_of(seats_.begin(), seats_.end(), [](const auto& s) { return s->live && s->missed_news; });
}

// A room at a time, a page at a time. Changes go on meanwhile; where some are left out again, it begins anew.
void session::read_members() {
  if (relisting_ && relisting_->serial != 0) return;
  const auto lacking = [](const auto& s) { return s->live && s->missed_news; };
  seat* s = relisting_ ? find(relisting_->room) : nullptr;
  if (!s || s->missed_news) {
    const auto found = std::find_if(seats_.begin(), seats_.end(), lacking);
    relisting_.reset();
    if (found == seats_.end()) return;
    s = found->get();
    s->missed_news = false;
    relisting_ = std::make_unique<members_reading>(members_reading{s->number, 0, {}});
  }
  relisting_->serial = relisting_serials + ++last_relisting_;
  port_.request(list_members{s->room, {address_, relisting_->serial}, member_form::reset, relisting_->after});
}

/// The room cannot say its list. It is asked again when the session has read on somewhere.
bool session::give_up_relisting(const refused& a) {
  if (!relisting_ || relisting_->serial != a.to.serial) return false;
  if (seat* s = find(relisting_->room)) s->missed_news = true;
  relisting_.reset();
  return true;
}

void session::take_members(const members_listed& a) {
  if (!relisting_ || relisting_->serial != a.to.serial) return read_on();  // it has left
  const seat* s = find(relisting_->room);
  relisting_->serial = 0;
  if (s && !s->missed_news) {
    port_.send(a.page->text);
    if (a.page->next) {
      relisting_->after = *a.page->next;
    } else {
      relisting_.reset();
    }
  }
  read_on();
}

}  // namespace roomd::protocol
