#include "protocol/seat.hpp"

#include <cstddef>

#include "core/outbox.hpp"

namespace roomd::protocol {

// What `take` reads of a seat is what one cache line holds.
static_assert(offsetof(seat, deflates) < 64);
static_assert(sizeof(seat) <= 104);  // each membership holds one

bool seat::take(const batch& b) {
  const bool expected = live && b.consecutive() && (b.first() == 0 || b.first() == next);
  if (!expected || b.may_exclude(tag) || !outbox_policy{bound}.holds(output->buffered(), b.bytes(deflates)))
    return false;
  output->push(b.joined(deflates));
  if (b.first() != 0) next = b.next();  // behind the push, which may fail
  return true;
}

}  // namespace roomd::protocol
