// What the servers of all shards count together, so that a limit holds for the node. Shared by the shards' threads; the
// daemon makes it before the first server.
#pragma once

#include <atomic>
#include <cstddef>
#include <limits>

#include "config/settings.hpp"

namespace roomd::net {

/// What an HTTP connection got when it came.
enum class http_place {
  none,
  full,
  reserve,  ///< all places are taken: it may ask for the node's state or become a session, and no more
};

struct node_state {
  /// How many descriptors clients' connections may take: the rest is for Redis, files and the loops. Set before the first
  /// connection.
  std::size_t descriptors = std::numeric_limits<std::size_t>::max();
  std::atomic<std::size_t> sessions{0};  ///< open WebSockets
  /// Other connections: HTTP, and WebSockets that were accepted over the limit only to be closed.
  std::atomic<std::size_t> http{0};
  std::atomic<std::size_t> answer_bytes{0};  ///< of long HTTP answers that wait for their clients

  /// Memory for a long answer. False: with it they were more than `most`. One at least may always wait.
  bool take_memory(std::size_t bytes, std::size_t most);
  void give_memory(std::size_t bytes) { answer_bytes.fetch_sub(bytes, std::memory_order_relaxed); }

  /// What `limits.http_connections` and `limits.connections` come to with so few descriptors: HTTP has half of them at
  /// most, sessions leave it an eighth, or 1,024.
  std::size_t most_http(const config::limit_settings& l) const;
  std::size_t most_sessions(const config::limit_settings& l) const;

  http_place take_http(const config::limit_settings& l);
  /// False: all places are taken.
  bool take_session(const config::limit_settings& l);
  void give_http() { http.fetch_sub(1, std::memory_order_relaxed); }
  void give_session() { sessions.fetch_sub(1, std::memory_order_relaxed); }
};

}  // namespace roomd::net
