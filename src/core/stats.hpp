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

/// What a shard's things take of the process's memory, in bytes: counted or estimated, see docs/bounds.md.
struct memory_use {
  std::uint64_t sockets = 0;   ///< HTTP and WebSocket, with TLS's buffers
  std::uint64_t sessions = 0;  ///< without their sockets
  std::uint64_t outboxes = 0;  ///< frames that wait for sockets, one that many wait for counted for each
  std::uint64_t rooms = 0;     ///< rooms in use, without what the engine keeps of them
  std::uint64_t members = 0;   ///< memberships and presence
  std::uint64_t history = 0;   ///< what the memory engine keeps, or the Redis engine's rooms hold here
  std::uint64_t pages = 0;     ///< of history, ready for many readers
  std::uint64_t requests = 0;  ///< commands that wait for their turn or for their rooms' answers
  std::uint64_t engine =
      0;                  ///< of the Redis engine: its rooms, channels and connections, with what waits there
  std::uint64_t log = 0;  ///< lines that wait to be written
  std::uint64_t start = 0;  ///< what the process had when it began to serve
  std::uint64_t sum() const {
    return sockets + sessions + outboxes + rooms + members + history + pages + requests + engine + log +
           start;
  }
};

struct shard_stats {
  std::uint64_t answers = 0;  ///< how often the shard was asked: of two copies the one with more is newer
  bool late = false;          ///< it did not answer in time; these are its last words
  // What is there now.
  std::uint64_t tls_sockets = 0;  ///< those of them with TLS
  memory_use memory;
  std::uint64_t sockets = 0;         ///< open sockets: HTTP and WebSocket
  std::uint64_t connections = 0;     ///< WebSocket sessions
  std::uint64_t rooms = 0;           ///< room actors
  std::uint64_t members = 0;         ///< memberships of this shard's sessions
  std::uint64_t remote_members = 0;  ///< sessions of other nodes in this shard's rooms
  std::uint64_t outbox_bytes = 0;    ///< waiting for this shard's sockets
  std::uint64_t history_bytes = 0;   ///< kept by this shard's part of the memory engine
  std::uint64_t mailbox_depth = 0;   ///< actors waiting for their turn when last looked
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
  std::uint64_t engine_away = 0;  ///< 1 while it does not serve this shard
  std::string engine_problem;     ///< why, for people
  std::uint64_t engine_unserved =
      0;                           ///< rooms in use that it does not serve, for a second or since it was lost
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
  std::map<int, std::uint64_t>
      closes;  ///< sessions that this node ended, by close code; 1006: no close frame at all
  std::map<int, std::uint64_t> peer_closes;  ///< sessions that the peer ended, by its close code
  latency_histogram loop;                    ///< how long one turn of the loop took
};

}  // namespace roomd
