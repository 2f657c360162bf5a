#include "store/redis_publishes.hpp"

#include <algorithm>
#include <utility>

namespace roomd::store {

redis_publishes::number redis_publishes::add(std::string payload, std::string key, done tell) {
  bytes_ += payload.size();
  entries_.push_back({std::move(payload), std::move(key), std::move(tell)});
  return begin_ + entries_.size() - 1;
}

bool redis_publishes::full() const {
  return !entries_.empty() && (entries_.size() >= most_publishes || bytes_ >= most_bytes);
}

const redis_publishes::entry* redis_publishes::next(const position& newest, const std::string& generation) {
  const bool same = under_ == newest.epoch && generation_ == generation;
  if (in_flight_ > 0 && (back_ || !same)) return nullptr;
  back_ = false;
  if (!same) {
    under_ = newest.epoch;
    generation_ = generation;
    foreseen_ = 0;
    sure_ = true;
  }
  const bool only_the_log_knows = in_flight_ == 0 && !entries_.empty() && !entries_.front().outcome;
  foreseen_ = only_the_log_knows ? newest.seq + 1 : std::max(foreseen_, newest.seq + 1);
  const number end = begin_ + entries_.size();
  for (next_ = std::max(next_, begin_); next_ < end; ++next_) {
    entry& e = at(next_);
    if (e.outcome || e.in_flight) continue;
    e.looks = !e.key.empty() && until_look_ == 0;
    e.foreseen = foreseen_;
    e.sure = sure_;
    return &e;
  }
  return nullptr;
}

redis_publishes::number redis_publishes::sent() {
  entry& e = at(next_);
  e.under = under_;
  e.in_flight = true;
  if (e.looks) until_look_ = keys_a_look;
  ++e.rounds;
  ++in_flight_;
  ++foreseen_;
  return next_++;
}

/// It took no number, as far as is known; those behind it, which are still on their way, get the ones before theirs.
void redis_publishes::back_from_flight(entry& e) {
  if (!std::exchange(e.in_flight, false)) return;
  --in_flight_;
  --foreseen_;
}

void redis_publishes::answer(number n, result<receipt> r) {
  entry& e = at(n);
  if (e.in_flight && !r) sure_ = false;  // the number may be what was refused
  back_from_flight(e);
  const bool stored = r && !r->duplicate;
  if (stored) {
    sure_ = r->at.seq == e.foreseen;
    foreseen_ = r->at.seq + in_flight_ + 1;
  }
  if (e.looks && !stored) until_look_ = 0;
  if (!e.looks && stored && !e.key.empty() && until_look_ > 0) --until_look_;
  e.outcome = std::move(r);
}

bool redis_publishes::again(number n) {
  entry& e = at(n);
  if (e.rounds >= most_rounds) return false;
  back_from_flight(e);
  if (e.looks) until_look_ = 0;
  back_ = true;
  next_ = std::min(next_, n);
  return true;
}

void redis_publishes::refuse_before(number n, const error& why) {
  if (!back_) return;
  for (number i = begin_; i < n; ++i) {
    entry& e = at(i);
    if (!e.in_flight && !e.outcome) e.outcome = why;
  }
}

void redis_publishes::refuse_waiting(const error& why) {
  for (entry& e : entries_) {
    if (!e.in_flight && !e.outcome) e.outcome = why;
  }
}

bool redis_publishes::is_held(const entry& e, const room_log& log) {
  const auto& r = *e.outcome;
  return r && !r->duplicate && r->at.seq > log.head() && r->at.epoch == log.numbering() && e.age < patience;
}

void redis_publishes::grow_old() {
  for (entry& e : entries_) {
    if (e.outcome) ++e.age;
  }
}

void redis_publishes::tell(const room_log& log) {
  struct turn {
    explicit turn(bool& on) : on_(on) { on_ = true; }
    ~turn() { on_ = false; }  // also where a caller throws
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;

   private:
    bool& on_;
  };
  if (telling_) return;
  const turn telling(telling_);
  while (!entries_.empty() && entries_.front().outcome && !is_held(entries_.front(), log)) {
    entry e = std::move(entries_.front());
    entries_.pop_front();
    ++begin_;
    bytes_ -= e.payload.size();
    e.tell(std::move(*e.outcome));
  }
}

void redis_publishes::clear() {
  begin_ += entries_.size();
  entries_.clear();
  bytes_ = in_flight_ = 0;
  back_ = false;
}

}  // namespace roomd::store
