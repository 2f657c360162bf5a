// The policy for one session's outbox (promise 6 of docs/protocol.md): what its fill level allows. The bytes
// themselves wait in the transport; this only judges their number. All sizes are in bytes; `bound` is
// `session.outbox_bytes`, above 0. Live messages fill it to the bound; a cursor asks below a quarter for at
// most three, so that its page fits.
#pragma once

#include <cstddef>

namespace roomd {

struct outbox_policy {
  std::size_t bound;

  /// Whether one more live message may go in; else the session goes over to its cursor. An empty outbox takes
  /// anything, or a message longer than the bound would never get through.
  bool takes(std::size_t waiting, std::size_t more) const { return waiting == 0 || holds(waiting, more); }
  /// Whether so much goes in without going over the bound, whatever it is.
  bool holds(std::size_t waiting, std::size_t more) const {
    return waiting <= bound && more <= bound - waiting;
  }
  /// Not above the low-water mark: a cursor may ask for its next page.
  bool low(std::size_t waiting) const { return waiting <= bound / 4; }
  /// How much one page may hold.
  std::size_t page_bytes() const { return bound - bound / 4; }
  /// Whether commands are read on. Replies have no bound of their own, so a peer that reads none of them must
  /// not go on asking.
  bool reads(std::size_t waiting) const { return waiting < bound; }
};

}  // namespace roomd
