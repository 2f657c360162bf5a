// A room's publishes and readings: what is asked of Redis and what it answers. See redis_room.hpp.
#include <algorithm>
#include <array>
#include <utility>

#include "store/redis_asking.hpp"
#include "store/redis_message.hpp"
#include "store/redis_room.hpp"

namespace roomd::store {
namespace {

/// publish.lua's ARGV for one publish.
class publish_words {
 public:
  publish_words(const redis_publishes::entry& e, const epoch& under, const std::string& generation,
                unix_ms at, std::uint64_t step)
      : numbering_(under + '@' + generation),
        seq_(std::to_string(e.foreseen)),
        message_(format_redis_message({under, e.foreseen, at, e.payload})),
        step_(std::to_string(step)),
        count_(e.looks         ? 6
               : step > 1      ? 5
               : e.key.empty() ? 3
                               : 4) {
    words_ = {message_, numbering_, seq_, e.key, step_, "1"};
    if (e.sure) return;
    words_[0].remove_prefix(under.size() + 1 + seq_.size());
    words_[2] = {};
  }
  publish_words(const publish_words&) = delete;  // it holds views of itself
  publish_words& operator=(const publish_words&) = delete;

  redis_port::words all() const { return std::span(words_).first(count_); }

 private:
  std::string numbering_, seq_, message_, step_;
  std::array<std::string_view, 6> words_;
  std::size_t count_;
};

}  // namespace

// --- publishing ----------------------------------------------------------------------------------------------------

bool redis_room::may_publish() const {
  return !hold_ && !ask_open_ && step_ != step::stalled && !generation().empty();
}

void redis_room::append(draft what, redis_publishes::done tell) {
  const bool refused = !open_ || step_ == step::stalled || publishes_.full();
  const auto refusal = redis_unavailable(publishes_.full() ? why::too_many : why::link_down);
  std::string payload = shared_.codec.pack(what);
  const auto n = publishes_.add(std::move(payload), std::move(what.key), std::move(tell));
  if (refused) {
    publishes_.answer(n, refusal);
  } else if (may_publish()) {
    publish_waiting();
  } else if (step_ == step::idle || step_ == step::waiting) {
    sync();
  }
  publishes_.tell(replica_.log());
  count_bytes();
}

void redis_room::publish_waiting() {
  while (may_publish()) {
    const auto& log = replica_.log();
    const auto* const next = publishes_.next({log.numbering(), log.head()}, generation());
    if (!next || !may_send()) break;
    const publish_words words(*next, log.numbering(), generation(), shared_.port.server_time(channel()),
                              kept_.step(next->payload.size()));
    const auto keys = keys_.all(kept_.has_history());
    const std::size_t keys_used = next->key.empty() ? 2 : 4;
    const auto n = publishes_.upcoming();
    const auto then = [n](redis_room& room, const reply& r) { room.take_published(n, r); };
    const auto as = redis_want::command;
    if (run(scripts::publish, std::span(keys).first(keys_used), words.all(), as, then)) {
      publishes_.sent();
    } else if (reachable()) {  // too long for what is under way
      command_turn_ = true;
      wait(as);
      break;
    } else {
      publishes_.answer(n, redis_unavailable(why::link_down));
    }
  }
  publishes_.tell(replica_.log());
}

void redis_room::take_published(redis_publishes::number n, const reply& r) {
  const bool served = r && r->what == redis_reply::kind::integer;
  if (served && r->integer == 0) return publish_again(n);
  if (served) {
    const bool duplicate = r->integer < 0;
    const auto number = static_cast<sequence>(r->integer);
    const position at{publishes_[n].under, duplicate ? 0 - number : number};
    if (!duplicate && at.epoch == replica_.log().numbering()) heard_ = std::max(heard_, at.seq);
    publishes_.answer(n, receipt{at, duplicate});
    publishes_.refuse_before(n, redis_unavailable(why::not_served));
    // The channel is away and brings nothing: the message is read, since its publisher waits until it is here.
    if (!duplicate && !subscribed_ && step_ == step::idle) sync();
  } else if (r && is_of_another_server(*r) && step_ != step::stalled && publishes_.again(n)) {
    if (under_way() || step_ == step::waiting) {
      hold_ = ask_open_ = true;
    } else {
      wait_for_place();
    }
  } else {
    if (r && r->what != redis_reply::kind::error) ++shared_.counters.malformed;
    publishes_.answer(n, r ? redis_unavailable(why::not_served) : r.error());
    if (step_ == step::idle && reachable() && generation().empty()) sync_anew();
  }
  publish_waiting();
}

/// The numbering is another one by now, or was made under another server: nothing was done. Others that were on their
/// way say the same.
void redis_room::publish_again(redis_publishes::number n) {
  const bool waits = publishes_.again(n);
  if (!waits || step_ == step::stalled) publishes_.answer(n, redis_unavailable(why::not_served));
  if (!std::exchange(hold_, true)) {
    sync_anew();
  } else if (step_ == step::idle) {
    sync();
  }
  publish_waiting();
}

/// Sends what is not kept. False: it cannot go out now.
bool redis_room::pass(std::string_view mark, std::string_view payload, redis_want as,
                      std::function<void(redis_room&, const reply&)> then) {
  if (!subscribed_ || !reachable()) return false;
  const std::string message = format_redis_message({mark, 0, shared_.port.now().wall, payload});
  const std::array<std::string_view, 3> command{"SPUBLISH", channel(), message};
  return shared_.port.submit(command, as, [weak = weak_from_this(), then = std::move(then)](const reply& r) {
    const auto room = weak.lock();
    if (room && !room->closed_) then(*room, r);
  });
}

void redis_room::send(draft what, moment at) {
  const auto sent = [](redis_room&, const reply&) {};
  if (pass(no_epoch, shared_.codec.pack(what), redis_want::command, sent)) return;
  observer_.on_message(shared_.seal(std::move(what), 0, at.wall));
}

// --- reading -------------------------------------------------------------------------------------------------------

void redis_room::read(const page_range& what, redis_reads::done tell) {
  reads_.add(what, std::move(tell));
  read_waiting();
}

void redis_room::read_waiting() {
  while (open_ && step_ == step::idle && reachable()) {
    if (!reads_.wanting() || !may_send()) return;
    const auto* const next = reads_.next();
    if (!next) return;
    const page_range what = *next;
    const auto number = std::to_string(what.from > 0 ? what.from : what.before);
    const auto messages = std::to_string(what.bounds.messages);
    const auto room = std::to_string(what.bounds.bytes);
    const std::array<std::string_view, 4> arguments{what.from > 0 ? "from" : "before", number, messages,
                                                    room};
    const auto keys = keys_.all();
    const auto then = [what](redis_room& at, reply r) { at.take_history(what, std::move(r)); };
    const auto as = redis_want::command;
    if (!run(scripts::read_page, std::span(keys).first(2), arguments, as, then)) return reads_.again(what);
  }
}

void redis_room::take_history(const page_range& what, reply r) {
  const auto page = r ? parse_redis_page(std::move(*r)) : std::nullopt;
  if (!page) {
    if (r && r->what != redis_reply::kind::error) ++shared_.counters.malformed;
    return reads_.again(what);
  }
  if (page->at.epoch != replica_.log().numbering() || page->at.generation != generation()) {
    reads_.again(what);
    if (step_ == step::idle) sync();
    return;
  }
  const auto found = replica_.history(*page);
  for (const auto& tell : reads_.take(what)) {
    if (!closed_) tell(found);
  }
}

}  // namespace roomd::store
