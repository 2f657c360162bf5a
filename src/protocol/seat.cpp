#include "protocol/seat.hpp"

#include "core/outbox.hpp"

namespace roomd::protocol {

bool seat::take(const batch& b) {
  const bool expected = live && b.consecutive() && (b.first() == 0 || b.first() == next);
  if (!expected || b.may_exclude(tag) || !outbox_policy{bound}.holds(output->buffered(), b.bytes()))
    return false;
  if (b.first() != 0) next = b.next();
  output->push(b.joined());
  return true;
}

}  // namespace roomd::protocol
