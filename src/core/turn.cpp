#include "core/turn.hpp"

namespace roomd {

void turn_queue::mark(turn_end& t) {
  if (t.in_ == turn_end::queue::now) return;
  unmark(t);
  put(now_, t);
  t.in_ = turn_end::queue::now;
}

void turn_queue::mark_next(turn_end& t) {
  if (t.in_ != turn_end::queue::none) return;
  put(next_, t);
  t.in_ = turn_end::queue::next;
}

void turn_queue::mark_spare(turn_end& t) {
  if (t.in_ != turn_end::queue::none) return;
  t.slot_ = spare_taken_ + spare_.size();
  spare_.push_back(&t);
  ++marked_;
  t.in_ = turn_end::queue::spare;
}

void turn_queue::unmark(turn_end& t) {
  switch (t.in_) {
    case turn_end::queue::none:
      return;
    case turn_end::queue::now:
      now_[t.slot_] = nullptr;
      break;
    case turn_end::queue::next:
      next_[t.slot_] = nullptr;
      break;
    case turn_end::queue::spare:
      spare_[t.slot_ - spare_taken_] = nullptr;
      break;
  }
  t.in_ = turn_end::queue::none;
  --marked_;
}

/// Unmarked before its call, it may mark itself or die in it.
void turn_queue::call(turn_end& t) {
  unmark(t);
  t.on_turn_end();
}

/// From the entry with this index on. Returns how many there are by then. By index: a call may lengthen the queue.
std::size_t turn_queue::call_marked(std::size_t from) {
  while (from < now_.size()) {
    turn_end* t = now_[from++];
    if (from < now_.size()) __builtin_prefetch(now_[from]);  // a send is long enough for it to come
    if (t != nullptr) call(*t);
  }
  return from;
}

/// Drops what was unmarked meanwhile and stands in front.
bool turn_queue::spare_waits() {
  while (!spare_.empty() && spare_.front() == nullptr) {
    spare_.pop_front();
    ++spare_taken_;
  }
  return !spare_.empty();
}

void turn_queue::call_spare() {
  turn_end& t = *spare_.front();
  unmark(t);
  spare_.pop_front();
  ++spare_taken_;
  t.on_turn_end();
}

void turn_queue::begin_next() {
  ++number_;
  now_.clear();
  now_.swap(next_);
  for (turn_end* t : now_) {
    if (t != nullptr) t->in_ = turn_end::queue::now;
  }
}

void turn_queue::put(std::vector<turn_end*>& queue, turn_end& t) {
  t.slot_ = queue.size();
  queue.push_back(&t);
  ++marked_;
}

}  // namespace roomd
