#include "store/redis_replica.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace roomd::store {

redis_replica::redis_replica(redis_context& shared, const log_bounds& bounds, room_observer& observer)
    : shared_(shared), observer_(&observer), log_({}, bounds) {}

// --- messages ------------------------------------------------------------------------------------------------------

message_ptr redis_replica::make(const redis_message& m, sequence seq) {
  auto d = shared_.codec.unpack(m.payload);
  if (!d) {
    ++shared_.counters.malformed;
    return nullptr;
  }
  d->deflate = observer_ && observer_->wants_deflated();
  return shared_.seal(std::move(*d), seq, m.time);
}

/// Null: it cannot be read. It may bear the name of an ancestor of the log's epoch.
message_ptr redis_replica::read(const std::string& text) {
  const auto m = parse_redis_message(text);
  if (m && m->seq > 0) return make(*m, m->seq);
  ++shared_.counters.malformed;
  return nullptr;
}

redis_replica::standing redis_replica::offer(const redis_message& m) {
  if (m.epoch != log_.numbering())
    return log_.common({epoch(m.epoch), 0}) ? standing::known : standing::ahead;
  if (m.seq <= log_.head()) return standing::known;
  if (m.seq > log_.head() + 1 || m.payload.empty()) return standing::ahead;
  auto made = make(m, m.seq);
  if (!made) return standing::ahead;
  accept(std::move(made), shared_.port.now().now);
  return standing::taken;
}

void redis_replica::pass(const redis_message& m) {
  const auto made = make(m, 0);
  if (made && observer_) observer_->on_message(made);
}

void redis_replica::accept(message_ptr m, time_point at) {
  narrow([&] { log_.append(m, at); });
  if (observer_) observer_->on_message(m);
}

/// A message lives from when it was made. Where Redis' clock is ahead of ours, from now on.
time_point redis_replica::made_at(const message& m) const {
  const moment at = shared_.port.now();
  return at.now - std::chrono::milliseconds(std::max<unix_ms>(at.wall - m.time, 0));
}

// --- pages ---------------------------------------------------------------------------------------------------------

redis_replica::run redis_replica::read_run(const redis_page& page) {
  run found;
  for (const auto& text : page.messages) {
    auto m = read(text);
    if (!m || (!found.messages.empty() && m->seq != found.messages.back()->seq + 1)) {
      found.messages.clear();
      found.whole = false;
    }
    if (m) found.messages.push_back(std::move(m));
  }
  return found;
}

void redis_replica::begin(const redis_page& page) {
  auto found = read_run(page);
  if (!found.messages.empty() && found.messages.back()->seq != page.at.head) found = {{}, false};
  const sequence base = found.messages.empty() ? page.at.head : found.messages.front()->seq - 1;
  begin_at(page, base);
  if (found.whole) floor_ = 1;
  keep_from(page.first);
  for (auto& m : found.messages) {
    const auto at = made_at(*m);
    log_.append(std::move(m), at);
  }
}

bool redis_replica::take(const redis_page& page, sequence from) {
  adopt(page);
  if (from > log_.head() + 1) return false;
  const sequence before = log_.head();
  for (const auto& text : page.messages) {
    auto m = read(text);
    if (!m || m->seq <= log_.head() || m->seq > page.at.head) continue;
    if (m->seq > log_.head() + 1) leave_hole(page, m->seq - 1);
    const auto at = made_at(*m);
    accept(std::move(m), at);
  }
  if (log_.head() == before && before < page.at.head) {  // of all these nothing can be read
    const sequence unread = page.messages.empty() ? page.at.head : before + page.messages.size();
    leave_hole(page, std::min(unread, page.at.head));
  }
  return log_.head() >= page.at.head;
}

/// The page's numbering, and what is kept of it.
void redis_replica::adopt(const redis_page& page) {
  if (page.at.epoch != log_.numbering()) {
    renumber(page);
  } else if (page.at.head < log_.head()) {
    part(page,
         page.at.head);  // no server that keeps its word does this; who has had more is told so all the same
  }
  log_.descends_from(page.at.lineage);
  if (page.first > log_.head() + 1) leave_hole(page, page.first - 1);
  keep_from(page.first);
}

room_store::pages redis_replica::history(const redis_page& page) {
  auto found = read_run(page);
  if (!found.whole)
    floor_ = std::max(floor_, found.messages.empty() ? log_.held() : found.messages.front()->seq);
  keep_from(page.first);
  std::erase_if(found.messages,
                [this](const message_ptr& m) { return m->seq < floor_ || m->seq > log_.head(); });
  return std::move(found.messages);
}

/// While the log holds everything that is kept, its bounds are the room's: what it drops is no longer read either.
template <class Change>
void redis_replica::narrow(Change change) {
  const bool all = log_.held() <= log_.first();
  change();
  if (all) log_.kept_elsewhere(log_.held());
}

void redis_replica::expire(time_point now) {
  narrow([&] { log_.expire(now); });
}

void redis_replica::keep_from(sequence first) { log_.kept_elsewhere(std::max(first, floor_)); }

// --- numberings ----------------------------------------------------------------------------------------------------

void redis_replica::renumber(const redis_page& page) {
  const auto& ancestors = page.at.lineage;
  const auto ours = std::find_if(ancestors.begin(), ancestors.end(),
                                 [this](const position& p) { return p.epoch == log_.numbering(); });
  if (ours != ancestors.end()) return part(page, std::min(ours->seq, log_.head()));
  leave_hole(page, page.first - 1);
}

void redis_replica::part(const redis_page& page, sequence at) {
  log_.fork(page.at.epoch, at);
  floor_ = std::min(floor_, at + 1);
  tell_numbering(true);
}

void redis_replica::leave_hole(const redis_page& page, sequence last) {
  begin_at(page, last);
  tell_numbering(false);
}

/// Everything up to `head` is given up, here and in what can be read.
void redis_replica::begin_at(const redis_page& page, sequence head) {
  log_.restart(page.at.epoch, head);
  log_.descends_from(page.at.lineage);
  log_.kept_elsewhere(head + 1);
  floor_ = head + 1;
}

void redis_replica::tell_numbering(bool child) {
  ++shared_.counters.epochs;
  if (observer_) observer_->on_numbering({log_.numbering(), log_.head()}, child);
}

}  // namespace roomd::store
