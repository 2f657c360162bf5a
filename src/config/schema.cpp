#include "config/schema.hpp"

#include <algorithm>

namespace roomd::config {
namespace {

constexpr std::uint64_t kib = 1024;
constexpr std::uint64_t mib = 1024 * kib;
constexpr std::uint64_t gib = 1024 * mib;

bounds numbers(std::uint64_t least, std::uint64_t most) { return {.least = least, .most = most}; }

bounds times(milliseconds least, milliseconds most) {
  return {.least = static_cast<std::uint64_t>(least.count()),
          .most = static_cast<std::uint64_t>(most.count())};
}

bounds entries(std::uint64_t most) { return {.most = most}; }

bounds any_text() { return {}; }

bounds one_of(std::vector<std::string_view> choices, std::string_view advice = {}) {
  return {.choices = std::move(choices), .advice = advice};
}

// A table: each row is what it is called and may be, and below that its meaning.
// clang-format off
void add_server(std::vector<setting>& t) {
  using s = server_settings;
  constexpr auto in = &settings::server;
  t.push_back(row<in, &s::listen>("server.listen", entries(64), effect::restart,
    "Addresses for plain HTTP and WebSocket: ADDRESS:PORT or [ADDRESS]:PORT; port 0 takes a free one. [::] is all "
    "addresses, IPv4 too; localhost is both loopbacks. Sockets that systemd hands over are served in their place."));
  t.push_back(row<in, &s::threads>("server.threads", numbers(0, 256), effect::restart,
    "Shards: threads that serve. 0: as many as processors that the process may use, by its affinity and its "
    "cgroup's quota."));
}

void add_tls(std::vector<setting>& t) {
  using s = tls_settings;
  constexpr auto in = &settings::tls;
  t.push_back(row<in, &s::listen>("tls.listen", entries(64), effect::restart,
    "Addresses for HTTPS and WSS, written as server.listen; they need certificate and key."));
  t.push_back(row<in, &s::certificate>("tls.certificate", any_text(), effect::reload,
    "PEM file with the certificate and its chain; read again at SIGHUP."));
  t.push_back(row<in, &s::key>("tls.key", any_text(), effect::reload,
    "PEM file with the private key; read again at SIGHUP."));
}

void add_http(std::vector<setting>& t) {
  using s = http_settings;
  constexpr auto in = &settings::http;
  t.push_back(row<in, &s::max_header_bytes>("http.max_header_bytes", numbers(kib, mib), effect::reload,
    "Request line and headers of one request together."));
  t.push_back(row<in, &s::max_header_fields>("http.max_header_fields", numbers(8, 1000), effect::reload,
    "Header fields in one request."));
  t.push_back(row<in, &s::header_timeout>("http.header_timeout", times(10ms, 10min), effect::reload,
    "A request's headers, and the TLS handshake before them, must have come whole within this time."));
  t.push_back(row<in, &s::idle_timeout>("http.idle_timeout", times(10ms, 24h), effect::reload,
    "An idle HTTP connection waits so long for its next request."));
  t.push_back(row<in, &s::answer_bytes>("http.answer_bytes", numbers(mib, 64 * gib), effect::reload,
    "Bytes of answers over 4KiB that may wait for HTTP clients of this node. One more is answered with 503."));
  t.push_back(row<in, &s::allowed_origins>("http.allowed_origins", entries(1000), effect::reload,
    "Origins that browsers may connect from, exactly as they send them (\"https://chat.example.org\"), "
    "or \"*\" for all; \"null\" and \"file://\" are what pages from files send. The same origin is always allowed "
    "where its host is localhost or an IP address. A request without Origin is no browser's and is not refused."));
}

void add_session_times(std::vector<setting>& t) {
  using s = session_settings;
  constexpr auto in = &settings::session;
  t.push_back(row<in, &s::handshake_timeout>("session.handshake_timeout", times(10ms, 10min), effect::reload,
    "A client's hello must come within this time."));
  t.push_back(row<in, &s::ping_interval>("session.ping_interval", times(10ms, 1h), effect::reload,
    "A session is pinged so often."));
  t.push_back(row<in, &s::ping_timeout>("session.ping_timeout", times(10ms, 1h), effect::reload,
    "The answer to a ping must come within this time, which is shorter than ping_interval."));
  t.push_back(row<in, &s::write_timeout>("session.write_timeout", times(10ms, 1h), effect::reload,
    "Waiting bytes without progress for so long end the session with 4006."));
  t.push_back(row<in, &s::close_timeout>("session.close_timeout", times(10ms, 10min), effect::reload,
    "The client has so long to answer a close frame."));
  t.push_back(row<in, &s::command_timeout>("session.command_timeout", times(10ms, 10min), effect::reload,
    "A command that its room has not answered for so long gets error 504."));
}

void add_session_sizes(std::vector<setting>& t) {
  using s = session_settings;
  constexpr auto in = &settings::session;
  t.push_back(row<in, &s::max_message>("session.max_message", numbers(kib, 64 * mib), effect::reload,
    "One message from a client."));
  t.push_back(row<in, &s::outbox_bytes>("session.outbox_bytes", numbers(4 * kib, gib), effect::reload,
    "What may wait for one session; at least twice max_message with 1KiB more. Over it the session reads "
    "on from the room's history."));
  t.push_back(row<in, &s::catch_up_bytes>("session.catch_up_bytes", numbers(4 * kib, gib), effect::restart,
    "Catch-up that one shard hands out a turn, or a millisecond of a long one, to all sessions."));
  t.push_back(row<in, &s::compression>("session.compression", {}, effect::reload,
    "Compressed messages, both ways, for clients that offer them (permessage-deflate): fewer bytes on the "
    "network for processor time, about 20 microseconds for 1 KiB published. For sessions that begin then."));
}

void add_limits(std::vector<setting>& t) {
  using s = limit_settings;
  constexpr auto in = &settings::limits;
  t.push_back(row<in, &s::connections>("limits.connections", numbers(1, 10'000'000), effect::reload,
    "Sessions on this node; one more is closed with 4008."));
  t.push_back(row<in, &s::http_connections>(
    "limits.http_connections", numbers(1, 10'000'000), effect::reload,
    "Connections on this node that are no sessions (yet). For one more an idle one of the address that has most of them "
    "ends; where there is none, it gets HTTP 503. At most half of the descriptors."));
  t.push_back(row<in, &s::rooms>("limits.rooms", numbers(1, 100'000'000), effect::reload,
    "Rooms in use on this node; for one more, commands get error 503."));
  t.push_back(row<in, &s::rooms_per_session>("limits.rooms_per_session", numbers(1, 100'000), effect::reload,
    "Rooms that one session may be in."));
  t.push_back(row<in, &s::new_rooms_per_session>(
    "limits.new_rooms_per_session", numbers(0, 100'000'000), effect::reload,
    "Rooms not in use that one session may put to use a minute, by joining or publishing; for one more, error 429. "
    "0: no limit."));
  t.push_back(row<in, &s::new_rooms_per_address>(
    "limits.new_rooms_per_address", numbers(0, 100'000'000), effect::reload,
    "The same, of all sessions of one peer address (of IPv6 its first 64 bits), an equal part for each shard, but for "
    "each at least new_rooms_per_session. Behind a proxy all sessions have the proxy's address: raise it, or set 0. "
    "0: no limit."));
  t.push_back(row<in, &s::commands_in_flight>("limits.commands_in_flight", numbers(1, 10'000), effect::reload,
    "Commands of one session that wait for their rooms; no more is read from it meanwhile."));
  t.push_back(row<in, &s::commands_per_second>(
    "limits.commands_per_second", numbers(0, 1'000'000), effect::reload,
    "Commands a second and session, on average. 0: no limit."));
  t.push_back(row<in, &s::commands_burst>("limits.commands_burst", numbers(1, 1'000'000), effect::reload,
    "Commands that may come at once, where commands_per_second is set."));
}

void add_rooms(std::vector<setting>& t) {
  using s = room_settings;
  constexpr auto in = &settings::rooms;
  t.push_back(row<in, &s::history_size>("rooms.history_size", numbers(0, 10'000'000), effect::restart,
    "A room keeps its newest messages: at most so many. 0: none."));
  t.push_back(row<in, &s::history_age>("rooms.history_age", times(0ms, 8760h), effect::restart,
    "A room keeps its newest messages: none older than this."));
  t.push_back(row<in, &s::history_bytes>("rooms.history_bytes", numbers(0, 64 * gib), effect::restart,
    "A room keeps its newest messages: at most so many bytes."));
  t.push_back(row<in, &s::dedup_size>("rooms.dedup_size", numbers(0, 10'000'000), effect::restart,
    "Deduplication keys: a room remembers the newest so many, and all younger than dedup_age, whichever "
    "keeps more."));
  t.push_back(row<in, &s::dedup_age>("rooms.dedup_age", times(0ms, 24h), effect::restart,
    "Deduplication keys: a room remembers all younger than this."));
  t.push_back(row<in, &s::dedup_bytes>("rooms.dedup_bytes", numbers(0, 64 * gib), effect::restart,
    "Deduplication keys: a room never remembers more than so many bytes of them."));
  t.push_back(row<in, &s::retention>("rooms.retention", entries(64), effect::restart,
    "Rooms that keep more or less than the six settings above say: \"PATTERN KEY=VALUE ...\", such as "
    "\"cursor:* history_size=0\" or \"chat:* history_size=10000 history_age=720h\". In a pattern * stands for any "
    "characters, none too. The first entry that a room's name matches holds; what it does not name is as above."));
  t.push_back(row<in, &s::linger>("rooms.linger", times(0ms, 24h), effect::reload,
    "A room without members ends after so long. Its history stays for history_age."));
}

void add_engine(std::vector<setting>& t) {
  t.push_back(row<&settings::presence, &presence_settings::grace>(
    "presence.grace", times(0ms, 10min), effect::reload,
    "A user whose last device went is gone after so long. A new value holds in rooms that are made after it."));
  t.push_back(row<&settings::presence, &presence_settings::lease>(
    "presence.lease", times(1s, 5min), effect::restart,
    "Where many nodes share their rooms: a node that renewed nothing for so long is dead, and its users gone. "
    "The same on all nodes."));
  t.push_back(row<&settings::auth, &auth_settings::mode>(
    "auth.mode",
    one_of({"insecure"}, "this roomd checks no tokens: keep to loopback, behind a proxy that knows its users"),
    effect::restart,
    "insecure: a client says who it is and is believed. For loopback addresses only, or with --insecure."));
  t.push_back(row<&settings::engine, &engine_settings::type>(
    "engine.type", one_of({"memory", "redis"}), effect::restart,
    "Where the rooms' history is kept. memory: in this process, until it ends. redis: in a Redis server, where "
    "many nodes share them."));
  t.push_back(row<&settings::engine, &engine_settings::memory_bytes>(
    "engine.memory_bytes", numbers(mib, 1024 * gib), effect::restart,
    "Memory that the history and keys of all rooms together may take; over it the rooms that were idle longest are "
    "forgotten."));
}

void add_redis(std::vector<setting>& t) {
  using s = redis_settings;
  constexpr auto in = &settings::redis;
  t.push_back(row<in, &s::mode>("redis.mode", one_of({"server", "sentinel", "servers", "cluster"}), effect::restart,
    "For engine.type = \"redis\" (Redis 7 or newer). server: one server, at redis.address. sentinel: the one that the "
    "sentinels at redis.addresses call the master. servers: several independent ones, each with its share of the rooms. "
    "cluster: a Redis Cluster."));
  t.push_back(row<in, &s::address>("redis.address", {}, effect::restart,
    "server: its HOST:PORT, a name or an address, IPv6 in brackets."));
  t.push_back(row<in, &s::addresses>("redis.addresses", entries(100), effect::restart,
    "sentinel: all sentinels, 16 at most. servers: all of them, written alike on all nodes, since a room's place follows "
    "from them. cluster: some of its servers, who name the others."));
  t.push_back(row<in, &s::master>("redis.master", {}, effect::restart,
    "What the sentinels call the master."));
  t.push_back(row<in, &s::sentinel_user>("redis.sentinel_user", {}, effect::restart,
    "The ACL user at the sentinels; empty: their default one."));
  t.push_back(row<in, &s::sentinel_password_file>("redis.sentinel_password_file", {}, effect::restart,
    "A file that holds the password for the sentinels, a line end behind it left out; empty: none. Read at every connection."));
  t.push_back(row<in, &s::user>("redis.user", {}, effect::restart,
    "The ACL user; empty: the server's default one."));
  t.push_back(row<in, &s::password_file>("redis.password_file", {}, effect::restart,
    "A file that holds the password, a line end behind it left out; empty: none. Read at every connection."));
  t.push_back(row<in, &s::database>("redis.database", numbers(0, 65535), effect::restart,
    "The database's number."));
  t.push_back(row<in, &s::prefix>("redis.prefix", {}, effect::restart,
    "Every key and channel begins with it: nodes with the same one share their rooms."));
  t.push_back(row<in, &s::allow_eviction>("redis.allow_eviction", {}, effect::restart,
    "Whether a Redis is used that drops keys when its memory is full (a maxmemory-policy other than noeviction): then "
    "repeats are stored again, and rooms lose their history and begin anew, without a sign."));
}

void add_redis_connections(std::vector<setting>& t) {
  using s = redis_settings;
  constexpr auto in = &settings::redis;
  t.push_back(row<in, &s::tls>("redis.tls", {}, effect::restart,
    "Whether the connections are TLS."));
  t.push_back(row<in, &s::tls_ca>("redis.tls_ca", {}, effect::restart,
    "PEM file: who must have signed the server's certificate; empty: one of those that the system trusts."));
  t.push_back(row<in, &s::connect_timeout>("redis.connect_timeout", times(100ms, 1min), effect::restart,
    "A connection must be looked up, made and greeted within this time."));
  t.push_back(row<in, &s::command_timeout>("redis.command_timeout", times(100ms, 1min), effect::restart,
    "A command that the server does not answer for so long ends the connection."));
  t.push_back(row<in, &s::wait_replicas>("redis.wait_replicas", numbers(0, 16), effect::restart,
    "A publish is acknowledged when so many of the server's replicas have it too. 0: when the server has it."));
  t.push_back(row<in, &s::wait_timeout>("redis.wait_timeout", times(10ms, 1min), effect::restart,
    "The replicas have so long for it; then the publish gets error 503. At most half of redis.command_timeout."));
  t.push_back(row<in, &s::ingest>("redis.ingest", {}, effect::restart,
    "Whether this node publishes what a backend adds (XADD) to the stream PREFIX{ingest}: docs/cluster.md."));
}

void add_pages(std::vector<setting>& t) {
  t.push_back(row<&settings::compat, &compat_settings::room_users>("compat.room_users", {}, effect::reload,
    "GET /{room}/users answers [{\"id_socket\",\"id_user\"}]."));
  t.push_back(row<&settings::ui, &ui_settings::enabled>("ui.enabled", {}, effect::reload,
    "The playground page at /ui/{room}?id_user=N."));
}

void add_operation(std::vector<setting>& t) {
  t.push_back(row<&settings::drain, &drain_settings::delay>("drain.delay", times(0ms, 1h), effect::reload,
    "SIGTERM: for so long /ready says 503 while the node goes on serving, so that a load balancer stops sending clients "
    "before the port closes. Behind one, a little more than it takes to notice."));
  t.push_back(row<&settings::drain, &drain_settings::window>("drain.window", times(0ms, 1h), effect::reload,
    "Then the sessions are closed over this time, evenly."));
  t.push_back(row<&settings::drain, &drain_settings::timeout>("drain.timeout", times(0ms, 2h), effect::reload,
    "What is left after so long, counted from SIGTERM, is cut off; at least delay and window together. The service "
    "manager's own limit (systemd: TimeoutStopSec) must be longer."));
  t.push_back(row<&settings::log, &log_settings::level>(
    "log.level", one_of({"trace", "debug", "info", "warn", "error", "off"}), effect::reload,
    "Lines below this level are not logged."));
  t.push_back(row<&settings::log, &log_settings::format>(
    "log.format", one_of({"text", "json"}), effect::reload,
    "How a log line is written."));
  t.push_back(row<&settings::log, &log_settings::queue>("log.queue", numbers(64, 1'000'000), effect::restart,
    "Lines that may wait for whoever reads the log; over it the oldest are dropped, and counted."));
}
// clang-format on

std::vector<setting> make_schema() {
  std::vector<setting> table;
  for (const auto add : {add_server, add_tls, add_http, add_session_times, add_session_sizes, add_limits,
                         add_rooms, add_engine, add_redis, add_redis_connections, add_pages, add_operation})
    add(table);
  return table;
}

}  // namespace

const std::vector<setting>& schema() {
  static const std::vector<setting> table = make_schema();
  return table;
}

const setting* find_setting(std::string_view name) {
  const auto& table = schema();
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& s) { return s.name == name; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace roomd::config
