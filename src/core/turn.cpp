#include "core/turn.hpp"

namespace roomd {

void turn_queue::mark(turn_end& t) {
  if (t.slot_ != turn_end::unmarked && !t.next_) return;
  unmark(t);
  put(now_, t);
}

void turn_queue::mark_next(turn_end& t) {
  if (t.slot_ != turn_end::unmarked) return;
  put(next_, t);
  t.next_ = true;
}

void turn_queue::unmark(turn_end& t) {
  if (t.slot_ == turn_end::unmarked) return;
  (t.next_ ? next_ : now_)[t.slot_] = nullptr;
  t.slot_ = turn_end::unmarked;
  t.next_ = false;
  --marked_;
}

void turn_queue::end_turn() {
  // By index: a call may lengthen the queue. Unmarked before its call, a turn_end may mark itself or die in it.
  std::size_t i = 0;
  while (i < now_.size()) {
    turn_end* t = now_[i++];
    if (i < now_.size()) __builtin_prefetch(now_[i]);  // a send is long enough for it to come
    if (t == nullptr) continue;
    unmark(*t);
    t->on_turn_end();
  }
  now_.clear();
  now_.swap(next_);
  for (turn_end* t : now_) {
    if (t != nullptr) t->next_ = false;
  }
}

void turn_queue::put(std::vector<turn_end*>& queue, turn_end& t) {
  t.slot_ = queue.size();
  queue.push_back(&t);
  ++marked_;
}

}  // namespace roomd
