#include "net/metrics.hpp"

#include <limits>
#include <map>
#include <utility>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace roomd::net {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using shards = std::vector<shard_stats>;

struct number {
  const char* name;
  const char* help;
  MetricType type;
  std::uint64_t shard_stats::*field;
};

constexpr auto gauge = MetricType::Gauge;
constexpr auto counter = MetricType::Counter;

constexpr number numbers[] = {
    {"roomd_sockets", "Open sockets, HTTP and WebSocket.", gauge, &shard_stats::sockets},
    {"roomd_connections", "Open WebSocket sessions.", gauge, &shard_stats::connections},
    {"roomd_rooms", "Rooms that are awake on this node.", gauge, &shard_stats::rooms},
    {"roomd_members", "Memberships: sessions times the rooms that they are in.", gauge,
     &shard_stats::members},
    {"roomd_outbox_bytes", "Bytes that wait for sockets.", gauge, &shard_stats::outbox_bytes},
    {"roomd_history_bytes", "Bytes of history that this process holds.", gauge, &shard_stats::history_bytes},
    {"roomd_messages_in_total", "Messages published and numbered, duplicates not counted.", counter,
     &shard_stats::messages_in},
    {"roomd_duplicates_total", "Publishes answered from the deduplication window.", counter,
     &shard_stats::duplicates},
    {"roomd_ephemeral_in_total", "Ephemeral messages published.", counter, &shard_stats::ephemeral_in},
    {"roomd_deliveries_total", "Messages put into outboxes, live and catch-up.", counter,
     &shard_stats::deliveries},
    {"roomd_bytes_in_total", "Bytes read from sockets, TLS not counted.", counter, &shard_stats::bytes_in},
    {"roomd_bytes_out_total", "Bytes written to sockets, TLS not counted.", counter, &shard_stats::bytes_out},
    {"roomd_commands_total", "Commands received.", counter, &shard_stats::commands},
    {"roomd_errors_total", "Error replies and pushes sent.", counter, &shard_stats::errors},
    {"roomd_catch_ups_total", "Times that a session fell behind or resumed behind.", counter,
     &shard_stats::catch_ups},
    {"roomd_gaps_total", "Gap pushes sent.", counter, &shard_stats::gaps},
    {"roomd_drops_total", "Ephemeral messages not sent to a session that was behind.", counter,
     &shard_stats::drops},
    {"roomd_engine_away", "Shards that the engine does not serve now.", gauge, &shard_stats::engine_away},
    {"roomd_engine_rooms_unserved", "Rooms in use that the engine does not serve now.", gauge,
     &shard_stats::engine_unserved},
    {"roomd_engine_syncs_total", "Times that a room asked the engine where it stands.", counter,
     &shard_stats::engine_syncs},
    {"roomd_engine_holes_total", "Times that the engine's channel left messages out, which were then read.",
     counter, &shard_stats::engine_holes},
    {"roomd_engine_epochs_total", "Times that a room's members were told of another numbering or of a hole.",
     counter, &shard_stats::engine_epochs},
    {"roomd_engine_malformed_total", "Messages and replies of the engine that made no sense.", counter,
     &shard_stats::engine_malformed},
    {"roomd_ingest_backlog", "Entries in the ingest stream, as the node that reads it last saw it.", gauge,
     &shard_stats::ingest_backlog},
    {"roomd_ingest_waiting", "Entries of the ingest stream that this node holds.", gauge,
     &shard_stats::ingest_waiting},
    {"roomd_ingest_published_total", "Entries of the ingest stream that were published.", counter,
     &shard_stats::ingest_published},
    {"roomd_ingest_duplicates_total", "Entries of the ingest stream that were published before.", counter,
     &shard_stats::ingest_duplicates},
    {"roomd_ingest_bad_total", "Entries of the ingest stream that were set aside.", counter,
     &shard_stats::ingest_bad},
    {"roomd_ingest_retries_total", "Publishes tried again, and entries taken over from another reader.",
     counter, &shard_stats::ingest_retries},
    {"roomd_log_dropped_total", "Log lines that were not written: too many waited, or nobody took them.",
     counter, &shard_stats::log_dropped},
    {"roomd_http_requests_total", "HTTP requests, upgrades included.", counter, &shard_stats::http_requests},
};

ClientMetric sample(MetricType type, double value) {
  ClientMetric m;
  (type == gauge ? m.gauge.value : m.counter.value) = value;
  return m;
}

MetricFamily sum(const number& n, const shards& all) {
  std::uint64_t total = 0;
  for (const auto& s : all) total += s.*n.field;
  return {n.name, n.help, n.type, {sample(n.type, static_cast<double>(total))}};
}

MetricFamily by_code(const char* name, const char* help, std::map<int, std::uint64_t> shard_stats::*field,
                     const shards& all) {
  std::map<int, std::uint64_t> total;
  for (const auto& s : all) {
    for (const auto& [code, times] : s.*field) total[code] += times;
  }
  MetricFamily family{name, help, counter, {}};
  for (const auto& [code, times] : total) {
    auto& m = family.metric.emplace_back(sample(counter, static_cast<double>(times)));
    m.label = {{"code", std::to_string(code)}};
  }
  return family;
}

MetricFamily refusals(const shards& all) {
  std::map<std::string, std::uint64_t> total;
  for (const auto& s : all) {
    for (const auto& [reason, times] : s.engine_refusals) total[reason] += times;
  }
  MetricFamily family{
      "roomd_engine_refusals_total", "Commands that the engine's servers refused, by reason.", counter, {}};
  for (const auto& [reason, times] : total) {
    auto& m = family.metric.emplace_back(sample(counter, static_cast<double>(times)));
    m.label = {{"reason", reason}};
  }
  return family;
}

MetricFamily closes(const shards& all) {
  return by_code("roomd_closes_total",
                 "WebSocket sessions that this node ended, by close code; 1006: no close frame came.",
                 &shard_stats::closes, all);
}

MetricFamily peer_closes(const shards& all) {
  return by_code(
      "roomd_peer_closes_total",
      "WebSocket sessions that their clients ended, by close code; 1005: none, 3000: one of 3000 to 4999.",
      &shard_stats::peer_closes, all);
}

MetricFamily mailbox_depth(const shards& all) {
  MetricFamily family{"roomd_mailbox_depth", "Actors that wait for their turn.", gauge, {}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto& m = family.metric.emplace_back(sample(gauge, static_cast<double>(all[i].mailbox_depth)));
    m.label = {{"shard", std::to_string(i)}};
  }
  return family;
}

MetricFamily late(const shards& all) {
  MetricFamily family{
      "roomd_shard_late", "1: the shard did not answer in time, and its numbers are old.", gauge, {}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto& m = family.metric.emplace_back(sample(gauge, all[i].late ? 1 : 0));
    m.label = {{"shard", std::to_string(i)}};
  }
  return family;
}

constexpr std::pair<const char*, std::uint64_t memory_use::*> kinds_of_memory[] = {
    {"start", &memory_use::start},       {"sockets", &memory_use::sockets},
    {"sessions", &memory_use::sessions}, {"outboxes", &memory_use::outboxes},
    {"rooms", &memory_use::rooms},       {"members", &memory_use::members},
    {"history", &memory_use::history},   {"pages", &memory_use::pages},
    {"requests", &memory_use::requests}, {"engine", &memory_use::engine},
    {"log", &memory_use::log},
};

MetricFamily memory(const shards& all) {
  MetricFamily family{"roomd_bytes", "Memory by what takes it, counted or estimated.", gauge, {}};
  for (const auto& [what, field] : kinds_of_memory) {
    std::uint64_t total = 0;
    for (const auto& s : all) total += s.memory.*field;
    auto& m = family.metric.emplace_back(sample(gauge, static_cast<double>(total)));
    m.label = {{"what", what}};
  }
  return family;
}

ClientMetric histogram(const latency_histogram& h) {
  constexpr double second = 1e6;  // in microseconds
  ClientMetric m;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < h.buckets.size(); ++i) {
    below += h.buckets[i];
    const bool last = i == h.bounds_us.size();
    const double bound = last ? std::numeric_limits<double>::infinity() : h.bounds_us[i] / second;
    m.histogram.bucket.push_back({below, bound});
  }
  m.histogram.sample_count = below;
  m.histogram.sample_sum = static_cast<double>(h.sum_us) / second;
  return m;
}

MetricFamily loop(const shards& all) {
  MetricFamily family{
      "roomd_loop_seconds", "How long one turn of a shard's loop took.", MetricType::Histogram, {}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto& m = family.metric.emplace_back(histogram(all[i].loop));
    m.label = {{"shard", std::to_string(i)}};
  }
  return family;
}

}  // namespace

std::string metrics_text(const shards& all) {
  std::vector<MetricFamily> families;
  for (const auto& n : numbers) families.push_back(sum(n, all));
  families.push_back(closes(all));
  families.push_back(refusals(all));
  families.push_back(peer_closes(all));
  families.push_back(mailbox_depth(all));
  families.push_back(loop(all));
  families.push_back(late(all));
  families.push_back(memory(all));
  return prometheus::TextSerializer().Serialize(families);
}

void metrics(queries& api, responder respond) {
  api.stats([respond = std::move(respond)](const shards& all) {
    respond({.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_text(all)});
  });
}

}  // namespace roomd::net
