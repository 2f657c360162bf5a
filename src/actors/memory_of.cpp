#include "actors/memory_of.hpp"

#include <openssl/opensslv.h>

namespace roomd::actors {
namespace {

// What one takes on a 64-bit machine with glibc, measured by tests/e2e/python/test_memory.py, which fails where the sum
// is far from the process's memory.
constexpr std::uint64_t socket_bytes = 750;
// What OpenSSL allocates for a connection and keeps while it is idle. 3.2 has two record layers of 4,424 bytes, 3.5 also
// keeps the key of the handshake (ML-KEM, 6,144 bytes).
constexpr std::uint64_t tls_bytes = OPENSSL_VERSION_NUMBER >= 0x30500000L   ? 28000
                                    : OPENSSL_VERSION_NUMBER >= 0x30200000L ? 21500
                                                                            : 13500;
constexpr std::uint64_t session_bytes = 1900;
constexpr std::uint64_t room_bytes = 3150;
constexpr std::uint64_t member_bytes = 600;
constexpr std::uint64_t request_bytes = 400;

}  // namespace

memory_use memory_of(const shard_state& s) {
  shard_stats n;
  s.engine->count(n);
  memory_use m = n.memory;
  m.start = s.stats.memory.start;
  m.sockets = s.stats.sockets * socket_bytes + s.stats.tls_sockets * tls_bytes;
  const std::uint64_t sessions = s.sessions.sessions().size();
  const std::uint64_t members = s.sessions.members();
  m.sessions = sessions * session_bytes + s.counters.info_bytes;
  m.outboxes = s.stats.outbox_bytes / 8 * 9;  // the texts of replies have some capacity to spare
  m.rooms = s.stats.rooms * room_bytes;
  m.members = (members + s.stats.remote_members) * member_bytes;
  // Each room has a copy of what a session says of itself.
  if (sessions > 0) m.members += s.counters.info_bytes * members / sessions;
  m.history = s.engine->bytes();
  m.pages = s.pages.bytes() + s.member_pages.bytes();
  m.requests = s.counters.waiting.commands * request_bytes + s.counters.waiting.bytes;
  return m;
}

}  // namespace roomd::actors
