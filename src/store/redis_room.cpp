#include "store/redis_room.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "store/redis_asking.hpp"

namespace roomd::store {
namespace {

/// Of the page with which a log begins, and of those with which it catches up.
constexpr page_bounds first_page{512, std::size_t{128} << 10U};
constexpr page_bounds next_page{512, std::size_t{256} << 10U};
/// Times that open.lua is called in a row before the room waits for the next tick.
constexpr int most_opens = 4;

}  // namespace

redis_room::redis_room(redis_context& shared, const std::string& name, room_observer& observer,
                       std::size_t slot)
    : shared_(shared),
      observer_(observer),
      kept_(shared.settings.of(name)),
      keys_(shared.settings.prefix(), name),
      replica_(shared, kept_.log(), observer),
      slot_(slot) {}

void redis_room::start(bool create) {
  create_ = create;
  subscribed_ = shared_.port.subscribe(channel());
  if (!reachable()) return stall(why::link_down);
  sync();
}

void redis_room::create() {
  create_ = true;
  if (!std::exchange(absent_, false)) return;
  open_ = false;
  if (!under_way()) sync_anew();
}

void redis_room::close() {
  closed_ = true;
  replica_.close();
  publishes_.clear();
  reads_.clear();
  refreshes_.clear();
  stash_.clear();
  words_.clear();
  set_unserved(false);
  shared_.counters.bytes -= std::exchange(counted_bytes_, 0);
  shared_.counters.waiting -= std::exchange(counted_waiting_, 0);
  shared_.port.unsubscribe(channel());
}

const room_log& redis_room::log(moment at) {
  replica_.expire(at.now);
  return replica_.log();
}

bool redis_room::run(const redis_script& script, redis_port::words keys, redis_port::words arguments,
                     redis_want as, std::function<void(redis_room&, reply)> then) {
  return shared_.port.run(script, keys, arguments, as,
                          [weak = weak_from_this(), then = std::move(then)](reply r) {
                            const auto room = weak.lock();
                            if (room && !room->closed_) then(*room, std::move(r));
                          });
}

// --- what the engine tells -----------------------------------------------------------------------------------------

void redis_room::on_channel_message(std::string_view text) {
  const auto m = parse_redis_message(text);
  if (!m) {
    ++shared_.counters.malformed;
    suspicious_ = true;
    return;
  }
  if (m->epoch == word_epoch) {
    if (open_) observer_.on_word(m->payload);
    return;
  }
  if (m->epoch == no_epoch) {
    if (open_) replica_.pass(*m);
    return;
  }
  if (under_way()) {
    if (!stash_.add(text)) again_ = true;
    return;
  }
  if (!open_) return;
  const auto standing = replica_.offer(*m);
  if (standing == redis_replica::standing::taken) publishes_.tell(replica_.log());
  if (standing != redis_replica::standing::ahead || closed_ || step_ != step::idle) return;
  if (m->epoch == replica_.log().numbering()) ++shared_.counters.holes_mended;
  sync();
}

// --- bringing the log up to date -----------------------------------------------------------------------------------

/// Reads what is missing. Where something is under way already, once more behind that.
void redis_room::sync() {
  again_ = true;
  if (step_ == step::waiting) return hurry();
  if (!under_way()) proceed();
}

void redis_room::refresh(refreshed done) {
  if (!reachable()) return done(redis_unavailable(why::link_down));
  refreshes_.push_back(std::move(done));
  sync();
}

void redis_room::sync_anew() {
  ask_open_ = true;
  sync();
}

void redis_room::proceed() {
  step_ = step::idle;
  if (!open_ && !subscribed_) return;
  if (!reachable()) return moving_ ? void() : stall(why::link_down);
  urgent_ = somebody_waits();
  const auto as = urgent_ ? redis_want::urgent : redis_want::reopen;
  if (shared_.port.is_free(channel(), as)) return ask();
  step_ = step::waiting;
  wait(as);
}

void redis_room::ask() {
  if (ask_open_ || generation().empty()) return ask_open();
  ask_page();
}

/// Somebody waits for the room by now, which has a turn among those for which nobody does.
void redis_room::hurry() {
  if (urgent_ || !somebody_waits()) return;
  urgent_ = true;
  wait(redis_want::urgent);
}

/// It could not be sent.
void redis_room::held_up() {
  if (!reachable()) return stall(why::link_down);
  step_ = step::waiting;
  wait(urgent_ ? redis_want::urgent : redis_want::reopen);
}

bool redis_room::somebody_waits() const { return !open_ || !refreshes_.empty() || !publishes_.empty(); }

void redis_room::ask_open() {
  if (++opens_ > most_opens) return stall(why::not_served);
  step_ = step::opening;
  ask_open_ = false;
  hold_ = true;
  const std::string candidate = shared_.candidate();
  const std::array<std::string_view, 3> arguments{candidate, create_ ? "1" : "0", kept_.text()};
  const auto keys = keys_.all();
  const auto as = urgent_ ? redis_want::urgent : redis_want::reopen;
  if (run(scripts::open, keys, arguments, as, [](redis_room& room, const reply& r) { room.take_opened(r); }))
    return;
  ask_open_ = true;
  --opens_;
  held_up();
}

void redis_room::take_opened(const reply& r) {
  const auto opened = r ? parse_redis_opened(*r) : std::nullopt;
  if (!opened) {
    ask_open_ = true;
    if (r && is_of_another_server(*r)) return wait_for_place();
    if (r && r->what != redis_reply::kind::error) ++shared_.counters.malformed;
    return stall(r ? why::not_served : why::link_down);
  }
  shared_.port.learn_generation(channel(), opened->generation);
  if (opened->epoch.empty()) return be_absent();
  opened_at_ = shared_.port.now().now;
  publishes_.opened();
  go_on();
}

/// With the next step: the room has had its turn, and keeps it until it is up to date.
void redis_room::go_on() {
  step_ = step::idle;
  if (!open_ && !subscribed_) return;
  ask();
}

/// Asked without leave to make the room, where there is none. Who may make it by now asks again.
void redis_room::be_absent() {
  ask_open_ = true;
  if (create_) return proceed();
  step_ = step::idle;
  opens_ = 0;
  hold_ = false;
  set_unserved(false);
  absent_ = true;
  if (!std::exchange(open_, true)) observer_.on_open();
  if (!closed_ && absent_) {
    word_lost_ = true;
    want_words();
  }
  if (closed_) return;
  tell_refreshed({});
}

void redis_room::ask_page() {
  step_ = step::reading;
  again_ = false;
  ++shared_.counters.syncs;
  const sequence from = open_ ? replica_.log().head() + 1 : 0;
  const page_bounds b = open_ ? next_page : first_page;
  const auto number = std::to_string(from);
  const auto messages = std::to_string(std::min(b.messages, kept_.log().messages));
  const auto room = std::to_string(b.bytes);
  const std::array<std::string_view, 4> arguments{open_ ? "from" : "before", number, messages, room};
  const auto keys = keys_.all();
  const auto then = [from](redis_room& at, reply r) { at.take_page(std::move(r), from); };
  const auto as = urgent_ ? redis_want::urgent : redis_want::reopen;
  if (!run(scripts::read_page, std::span(keys).first(2), arguments, as, then)) held_up();
}

void redis_room::take_page(reply r, sequence from) {
  auto page = r ? parse_redis_page(std::move(*r)) : std::nullopt;
  if (!page) {
    if (r && is_of_another_server(*r)) return wait_for_place();
    if (r && r->what != redis_reply::kind::error) ++shared_.counters.malformed;
    return stall(r ? why::not_served : why::link_down);
  }
  if (page->at.epoch.empty() || page->at.generation != generation()) {
    ask_open_ = true;
    return go_on();
  }
  bring_up(*page, from);
}

void redis_room::bring_up(const redis_page& page, sequence from) {
  if (page.at.epoch != replica_.log().numbering()) heard_ = due_ = 0;
  bool complete = true;
  if (open_) {
    complete = replica_.take(page, from);
  } else {
    replica_.begin(page);
    open_ = true;
    absent_ = false;
    observer_.on_open();
    if (closed_) return;
    word_lost_ = true;  // the others have to be asked who is there, and told who is here
    want_words();
    if (closed_) return;
  }
  count_bytes();
  unstash(complete);
  publishes_.tell(replica_.log());
  if (closed_) return;
  if (again_ || !complete) return go_on();
  settle();
}

/// What waited is next by now, or known. Where it is neither and the page was the last one, it came later than that.
void redis_room::unstash(bool complete) {
  while (!stash_.empty()) {
    auto text = stash_.take_front();
    if (replica_.offer(*parse_redis_message(text)) != redis_replica::standing::ahead) continue;
    if (!complete) return stash_.put_back(std::move(text));
    again_ = true;
  }
}

void redis_room::settle() {
  step_ = step::idle;
  opens_ = 0;
  hold_ = moving_ = false;
  set_unserved(false);
  generation_ = generation();
  send_waiting();
  tell_refreshed({});
}

void redis_room::tell_refreshed(const std::optional<error>& why_not) {
  for (const auto& each : std::exchange(refreshes_, {})) {
    if (closed_) return;
    each(why_not);
  }
}

void redis_room::stall(std::string_view why) {
  if (step_ != step::stalled && !open_) refuse_opening(why);
  step_ = step::stalled;
  moving_ = false;
  opens_ = 0;
  set_unserved(true);
  publishes_.refuse_waiting(redis_unavailable(why));
  publishes_.tell(replica_.log());
  tell_refreshed(redis_unavailable(why));
}

}  // namespace roomd::store
