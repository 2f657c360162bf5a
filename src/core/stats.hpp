// What a shard counts. Plain numbers: a shard is the only writer of its own, and a scrape asks it for a copy.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace roomd {

/// Bucket upper bounds in microseconds; the last bucket has no bound.
struct latency_histogram {
  static constexpr std::array<std::uint32_t, 12> bounds_us = {50,   100,   250,   500,    1000,   2500,
                                                              5000, 10000, 25000, 100000, 250000, 1000000};
  std::array<std::uint64_t, bounds_us.size() + 1> buckets{};
  std::uint64_t sum_us = 0;
  void observe(std::chrono::microseconds t);
  std::uint64_t count() const;
};

struct shard_stats {
  // What is there now.
  std::uint64_t sockets = 0;        ///< open sockets: HTTP and WebSocket
  std::uint64_t connections = 0;    ///< WebSocket sessions
  std::uint64_t rooms = 0;          ///< room actors
  std::uint64_t members = 0;        ///< memberships of this shard's sessions
  std::uint64_t outbox_bytes = 0;   ///< waiting for this shard's sockets
  std::uint64_t history_bytes = 0;  ///< kept by this shard's part of the memory engine
  std::uint64_t mailbox_depth = 0;  ///< actors waiting for their turn when last looked
  // What has happened since the start.
  std::uint64_t messages_in = 0;   ///< messages published and numbered, duplicates not counted
  std::uint64_t duplicates = 0;    ///< publishes answered from the deduplication window
  std::uint64_t ephemeral_in = 0;  ///< ephemeral messages published
  std::uint64_t deliveries = 0;    ///< messages put into outboxes, live and catch-up
  std::uint64_t bytes_in = 0;      ///< read from sockets
  std::uint64_t bytes_out = 0;     ///< written to sockets
  std::uint64_t commands = 0;      ///< commands received
  std::uint64_t errors = 0;        ///< error replies and pushes sent
  std::uint64_t catch_ups = 0;     ///< times that a session fell behind or resumed behind
  std::uint64_t gaps = 0;          ///< gap pushes sent
  std::uint64_t drops = 0;         ///< ephemeral messages not sent to a session that was behind
  std::uint64_t http_requests = 0;
  // Of an engine that many nodes share.
  std::uint64_t engine_away = 0;   ///< 1 while it does not serve this shard
  std::uint64_t engine_syncs = 0;  ///< times that a room asked where it stands
  std::uint64_t engine_holes = 0;  ///< times that messages were left out, and read then
  std::uint64_t engine_epochs =
      0;  ///< times that a room's members were told of another numbering or of a hole
  std::uint64_t engine_malformed = 0;  ///< messages and replies that made no sense
  std::map<std::string, std::uint64_t>
      engine_refusals;  ///< commands that it refused, by a word that says why
  // Of the stream over which a backend publishes.
  std::uint64_t ingest_backlog = 0;     ///< entries in it when this node, as its reader, last looked
  std::uint64_t ingest_waiting = 0;     ///< of them, held by this node
  std::uint64_t ingest_published = 0;   ///< entries published
  std::uint64_t ingest_duplicates = 0;  ///< entries that turned out to be published already
  std::uint64_t ingest_bad = 0;         ///< entries set aside
  std::uint64_t ingest_retries = 0;     ///< publishes tried again, and entries taken over from another reader
  std::uint64_t log_dropped = 0;        ///< of the process, in the first shard's: log lines not written
  std::map<int, std::uint64_t> closes;  ///< sessions ended, by close code; 1006 is no close frame at all
  latency_histogram loop;               ///< how long one turn of the loop took
};

}  // namespace roomd
