#include "net/connection_registry.hpp"

namespace roomd::net {

void connection_registry::add(connection& c) {
  if (c.slot_ != connection::absent) return;
  c.slot_ = all_.size();
  all_.push_back(&c);
}

void connection_registry::remove(connection& c) {
  if (c.slot_ == connection::absent) return;
  all_[c.slot_] = all_.back();
  all_[c.slot_]->slot_ = c.slot_;
  all_.pop_back();
  c.slot_ = connection::absent;
}

// From the end: what removes itself meanwhile is replaced by one that has had its call.
template <class F>
void connection_registry::for_each(F f) {
  for (std::size_t i = all_.size(); i-- > 0;) {
    if (i < all_.size()) f(*all_[i]);
  }
}

void connection_registry::drain_all() {
  for_each([](connection& c) { c.drain(); });
}

void connection_registry::abort_all() {
  for_each([](connection& c) { c.abort(); });
}

}  // namespace roomd::net
