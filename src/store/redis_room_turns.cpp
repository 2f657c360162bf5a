// A room and its place: its turns there, what happens when it is lost, whether the room is served, and what it says to
// the other nodes. See redis_room.hpp.
#include <algorithm>
#include <utility>

#include "store/redis_room.hpp"

namespace roomd::store {
namespace {

/// So long a room may wait for its turns before who waits for it is told, in ticks.
constexpr std::uint8_t patient_ticks = 10;

}  // namespace

// --- turns ---------------------------------------------------------------------------------------------------------

void redis_room::wait(redis_want what) { shared_.port.wait(channel(), what, weak_from_this()); }

/// None of those that it waited for will come.
void redis_room::forget_turns() { command_turn_ = words_turn_ = false; }

void redis_room::on_turn(redis_want what) {
  if (closed_) return;
  switch (what) {
    case redis_want::command:
      if (!std::exchange(command_turn_, false)) return;
      granted_ = true;
      send_waiting();
      granted_ = false;
      return;
    case redis_want::urgent:
    case redis_want::reopen:
      if (step_ == step::waiting) go_on();
      return;
    case redis_want::presence:
      if (std::exchange(words_turn_, false)) speak();
      return;
  }
}

/// Whether a publish or a reading may leave now; else there will be a turn for it.
bool redis_room::may_send() {
  if (std::exchange(granted_, false)) return true;
  if (command_turn_) return false;
  if (shared_.port.is_free(channel(), redis_want::command)) return true;
  command_turn_ = true;
  wait(redis_want::command);
  return false;
}

void redis_room::send_waiting() {
  reads_first_ = !reads_first_;
  if (reads_first_) read_waiting();
  if (!closed_) publish_waiting();
  if (!closed_ && !reads_first_) read_waiting();
}

// --- the place is lost, and is back ---------------------------------------------------------------------------------

// Most rooms are as they were, and the next page says so. One that is open gets it when its channel is there again, or
// it would need another one then.
void redis_room::on_link_up() {
  forget_turns();
  subscribed_ = shared_.port.hears(channel());
  if (under_way()) return sync();
  hold_ = true;
  moving_ = false;
  step_ = step::idle;
  set_unserved(true);
  if (!open_ || subscribed_ || !shared_.port.listens(channel())) sync();
}

// Whatever was under way has been answered, and what waited for its turn gets none. Where the place is back already,
// on_link_up() is about to come.
void redis_room::on_link_down() {
  if (reachable()) return;
  forget_turns();
  lose_words();
  stall(why::link_down);
  hold_ = true;
}

/// The server that the slot comes to is known as soon as the old one has answered all that it was sent: on_link_up(). Where
/// the move cannot be followed, the room asks again with the next ticks, and then gives up.
void redis_room::wait_for_place() {
  step_ = step::idle;
  opens_ = 0;
  hold_ = moving_ = true;
  ask_open_ = true;
}

void redis_room::on_subscribed() {
  subscribed_ = true;
  if (open_) {
    word_lost_ = true;
    want_words();
  }
  if (!closed_ && reachable()) sync();
}

void redis_room::on_channels_down() {
  subscribed_ = shared_.port.hears(channel());
  if (!subscribed_ && !open_ && !under_way()) refuse_opening(why::link_down);
}

// --- standing ------------------------------------------------------------------------------------------------------

void redis_room::tick(moment at) {
  replica_.expire(at.now);
  count_bytes();
  if (word_lost_) want_words();
  if (!closed_) look_at_standing();
  give_up_waiting();
  if (closed_ || under_way() || step_ == step::waiting) return;
  if (step_ == step::stalled) return reachable() ? proceed() : void();
  if (moving_ && late_ >= 2) return stall(reachable() ? why::not_served : why::link_down);
  if (!open_ || !reachable()) return;
  if (hold_ && !subscribed_ && late_ < 2 && shared_.port.listens(channel()))
    return;  // its channel is about to come
  if (is_due(at)) return sync_anew();
  if (hold_) return sync();
  const bool missing = std::exchange(due_, heard_) > replica_.log().head();
  if (std::exchange(suspicious_, false) || missing) return sync();
  read_waiting();
}

/// What has waited for so long that whoever asked is told, however it stands.
void redis_room::give_up_waiting() {
  for (const auto& tell : reads_.grow_old()) {
    if (!closed_) tell(redis_unavailable(why::link_down));
  }
  publishes_.grow_old();
  publishes_.tell(replica_.log());
}

/// Whether the numbering has to be settled anew: for the room to be remembered, and where the server is another one.
bool redis_room::is_due(moment at) const {
  return at.now - opened_at_ >= kept_.keep() / 4 || (!hold_ && generation() != generation_);
}

/// A second or two are long for one room, but not for one among many that wait for their turns.
void redis_room::look_at_standing() {
  if (open_ && !hold_) {
    late_ = 0;
    return;
  }
  if (late_ < patient_ticks) ++late_;
  if (late_ < 2) return;
  set_unserved(true);
  if (!open_ && (!makes_progress() || late_ == patient_ticks)) refuse_opening(why::slow);
}

bool redis_room::makes_progress() const {
  if (!reachable()) return false;
  return step_ == step::waiting || (step_ == step::idle && !subscribed_ && shared_.port.listens(channel()));
}

void redis_room::set_unserved(bool yes) {
  if (std::exchange(unserved_, yes) == yes) return;
  yes ? ++shared_.counters.unserved : --shared_.counters.unserved;
}

void redis_room::refuse_opening(std::string_view why) { observer_.on_unavailable(redis_unavailable(why)); }

void redis_room::count_bytes() {
  if (closed_) return;
  const auto now = replica_.log().bytes();
  shared_.counters.bytes += now - std::exchange(counted_bytes_, now);
  const auto waiting = publishes_.bytes() + stash_.bytes() + words_.bytes();
  shared_.counters.waiting += waiting - std::exchange(counted_waiting_, waiting);
}

// --- words ---------------------------------------------------------------------------------------------------------

void redis_room::say(const std::string& word, room_store::listeners heard) {
  if (!subscribed_ || !reachable() || !words_.add(word, std::move(heard))) return lose_words();
  want_words();
}

/// Whoever hears of it later gets a list; the next one makes up for all of them.
void redis_room::lose_words() {
  words_.clear();
  word_lost_ = true;
}

void redis_room::want_words() {
  if (speaking_ || words_turn_ || !open_ || !subscribed_ || !reachable()) return;
  if (shared_.port.is_free(channel(), redis_want::presence)) return speak();
  words_turn_ = true;
  wait(redis_want::presence);
}

void redis_room::speak() {
  if (!open_ || !subscribed_ || !reachable()) return;
  speaking_ = true;
  if (std::exchange(word_lost_, false)) observer_.on_words();
  speaking_ = false;
  for (bool first = true; !closed_ && !words_.empty(); first = false) {
    if (!first && !shared_.port.is_free(channel(), redis_want::presence)) return want_words();
    auto next = words_.take_front();
    const auto then = [heard = std::move(next.heard)](redis_room& room, const reply& r) {
      const bool went_out = r && r->what == redis_reply::kind::integer;
      if (!went_out) room.word_lost_ = true;
      if (went_out && heard) heard(static_cast<std::size_t>(std::max<std::int64_t>(r->integer - 1, 0)));
    };
    if (!pass(word_epoch, next.word, redis_want::presence, then)) return lose_words();
  }
}

}  // namespace roomd::store
