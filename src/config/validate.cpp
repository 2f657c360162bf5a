#include "config/validate.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "config/origin.hpp"
#include "config/retention.hpp"
#include "config/schema.hpp"

namespace roomd::config {
namespace {

/// Bytes that a message may grow by between a client's command and the frame that carries it on.
constexpr std::size_t framing = 1024;

constexpr std::size_t most_sentinels = 16;
constexpr std::size_t longest_prefix = 64;  ///< bytes: of Redis' keys

class validator {
 public:
  explicit validator(const settings& s) : s_(s) {}

  void bounds() {
    for (const auto& row : schema())
      if (auto what = fault(row, row.read(s_))) report(row.name, std::move(*what));
  }

  void listeners(bool sockets_given) {
    addresses("server.listen", s_.server.listen);
    addresses("tls.listen", s_.tls.listen);
    if (s_.server.listen.empty() && s_.tls.listen.empty() && !sockets_given)
      report("server.listen",
             "is empty, and so is tls.listen: wants at least one address such as \"127.0.0.1:8080\"");
  }

  void only_loopback(const std::vector<address>& inherited) {
    if (s_.auth.mode != "insecure") return;
    for (const auto& text : s_.server.listen) loopback("server.listen", "listens on", parse_address(text));
    for (const auto& text : s_.tls.listen) loopback("tls.listen", "listens on", parse_address(text));
    for (const auto& a : inherited) loopback("auth.mode", "systemd's socket listens on", a);
  }

  void tls() {
    const auto& [listen, certificate, key] = s_.tls;
    if (certificate.empty() && !listen.empty()) report("tls.certificate", "is empty: tls.listen needs it");
    if (key.empty() && !listen.empty()) report("tls.key", "is empty: tls.listen needs it");
    if (!listen.empty() || certificate.empty() == key.empty()) return;
    report(key.empty() ? "tls.key" : "tls.certificate", "is empty: certificate and key go together");
  }

  void redis() {
    if (s_.engine.type != "redis") return needs_redis();
    if (s_.redis.mode == "sentinel") {
      sentinels();
    } else if (s_.redis.mode == "server") {
      connects_to("redis.address", s_.redis.address);
      if (!s_.redis.addresses.empty())
        report("redis.addresses", "is set, but redis.mode = \"server\" goes by redis.address alone");
    } else {
      redis_servers();
    }
    const auto odd = [](unsigned char c) { return c <= ' ' || c > '~' || c == '{' || c == '}'; };
    const auto& prefix = s_.redis.prefix;
    if (prefix.empty() || prefix.size() > longest_prefix || std::any_of(prefix.begin(), prefix.end(), odd))
      report("redis.prefix", in_quotes(prefix) + " wants 1 to " + std::to_string(longest_prefix) +
                                 " letters, digits and signs without spaces and braces");
    if (!s_.redis.tls && !s_.redis.tls_ca.empty())
      report("redis.tls_ca", "is set, but redis.tls is false: the connection would be in the clear");
    if (s_.redis.wait_replicas > 0 && s_.redis.wait_timeout * 2 > s_.redis.command_timeout)
      report("redis.wait_timeout", "wants at most half of redis.command_timeout, which is " +
                                       duration_text(s_.redis.command_timeout) + ", not " +
                                       duration_text(s_.redis.wait_timeout));
  }

  void needs_redis() {
    if (s_.redis.ingest) report("redis.ingest", "is true: wants engine.type = \"redis\"");
    if (s_.redis.wait_replicas > 0)
      report("redis.wait_replicas", "is set: wants engine.type = \"redis\", where there are replicas");
  }

  void redis_servers() {
    const auto& mode = s_.redis.mode;
    if (s_.redis.addresses.empty())
      report("redis.addresses", "is empty: redis.mode = " + in_quotes(mode) +
                                    " wants at least one address such as \"127.0.0.1:6379\"");
    std::set<std::string> seen;
    for (const auto& text : s_.redis.addresses) {
      connects_to("redis.addresses", text);
      if (!seen.insert(text).second && mode == "servers")
        report("redis.addresses", in_quotes(text) + " stands there twice: wants each server once");
    }
    if (mode == "cluster" && s_.redis.database != 0)
      report("redis.database", "wants 0, not " + std::to_string(s_.redis.database) +
                                   ": a Redis Cluster has only that database");
  }

  void retention() {
    for (const auto& entry : retention_entries(s_)) {
      for (const auto& mistake : entry.mistakes) report("rooms.retention", mistake);
    }
  }

  void sizes() {
    const auto least = 2 * (s_.session.max_message + framing);
    if (s_.session.outbox_bytes < least)
      report("session.outbox_bytes", "wants at least twice session.max_message with 1KiB more, which is " +
                                         size_text(least) + ", not " + size_text(s_.session.outbox_bytes));
  }

  void times() {
    if (s_.session.ping_timeout >= s_.session.ping_interval)
      report("session.ping_timeout", "wants less than session.ping_interval, which is " +
                                         duration_text(s_.session.ping_interval) + ", not " +
                                         duration_text(s_.session.ping_timeout));
    const auto least = s_.drain.delay + s_.drain.window;
    const auto* const parts =
        s_.drain.delay.count() == 0 ? "drain.window" : "drain.delay and drain.window together";
    if (s_.drain.timeout < least)
      report("drain.timeout", std::string("wants at least ") + parts + ", which is " + duration_text(least) +
                                  ", not " + duration_text(s_.drain.timeout));
  }

  void origins() {
    for (const auto& text : s_.http.allowed_origins)
      if (const auto why = origin_fault(text)) report("http.allowed_origins", in_quotes(text) + ": " + *why);
  }

  std::vector<problem> take() { return std::move(problems_); }

 private:
  void report(std::string_view key, std::string what) {
    problems_.push_back({"", std::string(key), std::move(what)});
  }

  void addresses(std::string_view key, const std::vector<std::string>& list) {
    for (const auto& text : list) {
      const auto a = parse_address(text);
      if (!a) {
        report(key, in_quotes(text) +
                        " is no address: wants ADDRESS:PORT or [ADDRESS]:PORT with a literal IP address, "
                        "or localhost:PORT");
      } else if (a->port != 0 && (!seen_.insert(to_text(*a)).second || !other_loopback(text, a->port))) {
        report(key, in_quotes(text) + " is listened on twice");
      }
    }
  }

  /// `localhost` is [::1] as well; false where that stands in the settings already.
  bool other_loopback(const std::string& text, std::uint16_t port) {
    return !text.starts_with("localhost:") || seen_.insert("[::1]:" + std::to_string(port)).second;
  }

  void connects_to(std::string_view key, const std::string& text) {
    if (!parse_endpoint(text))
      report(key,
             in_quotes(text) + " is no address: wants HOST:PORT or [IPV6]:PORT, such as \"127.0.0.1:6379\"");
  }

  void sentinels() {
    const auto& all = s_.redis.addresses;
    if (all.empty())
      report("redis.addresses",
             "is empty: redis.mode = \"sentinel\" wants the sentinels, such as \"127.0.0.1:26379\"");
    for (const auto& text : all) connects_to("redis.addresses", text);
    if (all.size() > most_sentinels)
      report("redis.addresses", "names " + std::to_string(all.size()) + " sentinels: wants at most " +
                                    std::to_string(most_sentinels));
    const std::set<std::string> different(all.begin(), all.end());
    if (different.size() != all.size())
      report("redis.addresses", "names a sentinel twice: each one has one voice");
    const auto odd = [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '-' && c != '_'; };
    const auto& name = s_.redis.master;
    if (name.empty() || std::any_of(name.begin(), name.end(), odd))
      report("redis.master", in_quotes(name) + " wants letters, digits and the signs . - _");
  }

  void loopback(std::string_view key, std::string_view how, const std::optional<address>& a) {
    if (!a || a->loopback) return;
    report(
        key,
        std::string(how) + " " + to_text(*a) +
            ", which others can reach, while auth.mode = \"insecure\" believes whatever name a client gives: "
            "listen on a loopback address such as 127.0.0.1:" +
            std::to_string(a->port) + ", or start with --insecure if only trusted clients can get there");
  }

  const settings& s_;
  std::set<std::string> seen_;
  std::vector<problem> problems_;
};

}  // namespace

std::vector<problem> validate(const settings& s, bool insecure_allowed, bool sockets_given,
                              const std::vector<address>& inherited) {
  validator v(s);
  v.bounds();
  v.listeners(sockets_given);
  if (!insecure_allowed) v.only_loopback(inherited);
  v.tls();
  v.redis();
  v.retention();
  v.sizes();
  v.times();
  v.origins();
  return v.take();
}

}  // namespace roomd::config
