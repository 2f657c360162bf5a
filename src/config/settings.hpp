// Every setting with its default, unit and meaning. config/roomd.toml documents the same keys for people, and
// a test proves that the two agree. Each field has a row in config/schema.cpp. Filled by config/load.hpp,
// checked by config/validate.hpp, then never changed but by a reload (SIGHUP), which replaces the whole object.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace roomd::config {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

struct server_settings {
  /// Addresses for plain HTTP and WebSocket, `ADDRESS:PORT` or `[ADDRESS]:PORT`; port 0 takes a free one.
  std::vector<std::string> listen = {"127.0.0.1:8080"};
  /// Shards: threads that serve. 0: as many as processors that the process may use.
  std::uint32_t threads = 0;
};

struct tls_settings {
  /// Addresses for HTTPS and WSS.
  std::vector<std::string> listen;
  /// PEM files; read again at SIGHUP.
  std::string certificate;
  std::string key;
};

struct http_settings {
  /// Request line and headers together, in bytes.
  std::size_t max_header_bytes = 16384;
  /// Header fields in one request.
  std::uint32_t max_header_fields = 64;
  /// A request's headers (and the TLS handshake before them) must have come whole within this time.
  milliseconds header_timeout = 10s;
  /// An idle connection waits so long for its next request.
  milliseconds idle_timeout = 75s;
  /// Bytes of answers over 4 KiB that may wait for HTTP clients of this node; one more gets 503.
  std::size_t answer_bytes = 67108864;
  /// Origins that browsers may connect from, exactly as they send them (`https://chat.example.org`), or `*`
  /// for all; `null` and `file://` are what pages from files send. The same origin is always allowed where its host is
  /// `localhost` or an IP address; a request without Origin is no browser's and is not refused.
  std::vector<std::string> allowed_origins;
};

struct session_settings {
  /// `hello` must come within this time.
  milliseconds handshake_timeout = 10s;
  milliseconds ping_interval = 25s;
  milliseconds ping_timeout = 10s;
  /// Waiting bytes without progress for so long end the session with 4006.
  milliseconds write_timeout = 30s;
  /// The peer has so long to answer a close frame.
  milliseconds close_timeout = 5s;
  /// A command that its room has not answered for so long gets error 504.
  milliseconds command_timeout = 10s;
  /// Bytes of one message from a client.
  std::size_t max_message = 65536;
  /// Bytes that may wait for one session.
  std::size_t outbox_bytes = 524288;
  /// Bytes of catch-up that one shard hands out a turn, over all of its sessions.
  std::size_t catch_up_bytes = 1048576;
  /// Sessions whose client offers permessage-deflate (RFC 7692) get and may send compressed messages.
  bool compression = false;
};

struct limit_settings {
  /// Sessions on this node; one more is closed with 4008.
  std::uint32_t connections = 100000;
  /// Connections on this node that are no sessions: HTTP, and what is about to become one. For one more an idle one of
  /// the address that has most of them ends, or it gets HTTP 503.
  std::uint32_t http_connections = 10000;
  /// Rooms in use on this node; for one more, commands get error 503.
  std::uint32_t rooms = 1000000;
  /// Rooms a session.
  std::uint32_t rooms_per_session = 128;
  /// Rooms that were not in use and that one session may join or publish into, a minute; 0: no limit.
  std::uint32_t new_rooms_per_session = 3000;
  /// The same, all sessions of one peer address together; 0: no limit.
  std::uint32_t new_rooms_per_address = 60000;
  /// Commands of one session that wait for their rooms; no more is read from it meanwhile.
  std::uint32_t commands_in_flight = 64;
  /// Commands a second and session, on average; 0: no limit.
  std::uint32_t commands_per_second = 0;
  /// Commands that may come at once, where `commands_per_second` is set.
  std::uint32_t commands_burst = 100;
};

struct room_settings {
  /// A room keeps its newest messages: at most so many, so old, so many bytes.
  std::uint32_t history_size = 1000;
  milliseconds history_age = 24h;
  std::size_t history_bytes = 8388608;
  /// Deduplication: the newest so many keyed messages, and all younger than so old, whichever keeps more, but
  /// never more than so many bytes.
  std::uint32_t dedup_size = 1000;
  milliseconds dedup_age = 5min;
  std::size_t dedup_bytes = 16777216;
  /// Rooms that keep more or less: `PATTERN KEY=VALUE …`, see config/retention.hpp.
  std::vector<std::string> retention = {};
  /// A room without members ends after so long. Its history stays for `history_age`.
  milliseconds linger = 30s;
};

struct presence_settings {
  /// A user whose last device went is gone after so long.
  milliseconds grace = 5s;
  /// Where many nodes share their rooms: a node that has not been heard of for so long is dead, and its users gone. The
  /// same on all nodes.
  milliseconds lease = 5s;
};

struct auth_settings {
  /// `insecure`: a client says who it is and is believed. For loopback listeners only, or with `--insecure`.
  std::string mode = "insecure";
};

struct engine_settings {
  /// `memory`: this process keeps the rooms' history.
  std::string type = "memory";
  /// Bytes of memory that the history and keys of all rooms together may take; over it the rooms that were idle
  /// longest are forgotten.
  std::size_t memory_bytes = 1073741824;
};

/// For `engine.type = "redis"`.
struct redis_settings {
  /// `server`: one, at `address`. `sentinel`: the one that the sentinels at `addresses` call the master. `servers`: several
  /// independent ones, with the rooms spread among them. `cluster`: a Redis Cluster.
  std::string mode = "server";
  /// `HOST:PORT` of the only server, a name or an address; IPv6 addresses in brackets.
  std::string address = "127.0.0.1:6379";
  /// The same, of all sentinels, of several servers, or of some of a cluster's.
  std::vector<std::string> addresses;
  /// What the sentinels call the master.
  std::string master = "mymaster";
  /// The sentinels' ACL user; empty: their default one.
  std::string sentinel_user;
  /// A file that holds the sentinels' password; empty: none.
  std::string sentinel_password_file;
  /// The ACL user; empty: the server's default one.
  std::string user;
  /// A file that holds the password, and so is no secret itself; empty: none.
  std::string password_file;
  std::uint32_t database = 0;
  /// Every key and channel begins with it: nodes with the same one share their rooms.
  std::string prefix = "roomd:";
  /// Serve although Redis drops keys when its memory is full.
  bool allow_eviction = false;
  bool tls = false;
  /// PEM file: who must have signed the server's certificate; empty: one of those that the system trusts.
  std::string tls_ca;
  /// Look-up, connection and greeting together.
  milliseconds connect_timeout = 3s;
  /// A command that is not answered for so long ends the connection.
  milliseconds command_timeout = 2s;
  /// A publish is acknowledged when so many replicas have it too; 0: when the server has it.
  std::uint32_t wait_replicas = 0;
  /// They have so long for it; then the publish gets error 503.
  milliseconds wait_timeout = 1s;
  /// Whether this node publishes what a backend adds to the stream `PREFIX{ingest}`.
  bool ingest = false;
};

struct compat_settings {
  /// `GET /{room}/users` answers `[{"id_socket","id_user"}]`.
  bool room_users = true;
};

struct ui_settings {
  /// The playground page at `/ui/{room}?id_user=N`.
  bool enabled = true;
};

struct drain_settings {
  /// SIGTERM: `/ready` says 503 for so long before the port closes, so that load balancers see it.
  milliseconds delay = 0s;
  /// Then the sessions are closed over this time, evenly.
  milliseconds window = 10s;
  /// What is left after so long, counted from SIGTERM, is cut off.
  milliseconds timeout = 30s;
};

struct log_settings {
  /// `trace`, `debug`, `info`, `warn`, `error` or `off`.
  std::string level = "info";
  /// `text` or `json`.
  std::string format = "text";
  /// Lines that may wait to be written; over it the oldest are dropped.
  std::uint32_t queue = 4096;
};

struct settings {
  server_settings server;
  tls_settings tls;
  http_settings http;
  session_settings session;
  limit_settings limits;
  room_settings rooms;
  presence_settings presence;
  auth_settings auth;
  engine_settings engine;
  redis_settings redis;
  compat_settings compat;
  ui_settings ui;
  drain_settings drain;
  log_settings log;
};

}  // namespace roomd::config
