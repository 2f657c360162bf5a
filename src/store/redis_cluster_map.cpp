#include "store/redis_cluster_map.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "core/text_hash.hpp"

namespace roomd::store {
namespace {

using reply_kind = redis_reply::kind;
constexpr std::size_t epoch_field = 6;
/// In place of a host name where none is set (cluster-preferred-endpoint-type hostname).
constexpr std::string_view no_name = "?";

/// What CLUSTER NODES says of one server.
struct known_node {
  std::string_view ip;  ///< empty: nobody has said it
  std::uint64_t epoch = 0;
};
using known_nodes = std::unordered_map<std::string_view, known_node, text_hash>;  // by their ids

/// Up to the separator, and takes it off.
std::string_view take_until(std::string_view& text, char separator) {
  const auto found = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(found.size() + 1, text.size()));
  return found;
}

/// IP of `IP:PORT@BUS,NAME…`; an IPv6 address has no brackets.
std::string_view ip_of(std::string_view address) {
  address = address.substr(0, address.find_first_of("@,"));
  return address.substr(0, std::min(address.rfind(':'), address.size()));
}

/// Of the lines `ID ADDRESS FLAGS MASTER PING PONG EPOCH …`. A line without an epoch counts for nothing.
known_nodes nodes_of(std::string_view text) {
  known_nodes found;
  while (!text.empty()) {
    auto line = take_until(text, '\n');
    const auto id = take_until(line, ' ');
    known_node node{ip_of(take_until(line, ' '))};
    for (std::size_t field = 2; field < epoch_field; ++field) take_until(line, ' ');
    const auto number = take_until(line, ' ');
    const auto [rest, failure] = std::from_chars(number.data(), number.data() + number.size(), node.epoch);
    if (failure == std::errc{}) found.emplace(id, node);
  }
  return found;
}

class map_reader {
 public:
  map_reader(std::string_view nodes, std::string_view asked) : nodes_(nodes_of(nodes)), asked_(asked) {}

  /// `[first, last, [host, port, id, …], replicas …]`
  bool read(const redis_reply& range) {
    if (range.what != reply_kind::list || range.items.size() < 3) return false;
    const auto& first = range.items[0];
    const auto& last = range.items[1];
    if (first.what != reply_kind::integer || last.what != reply_kind::integer) return false;
    if (first.integer < 0 || first.integer > last.integer || last.integer >= std::int64_t{redis_slots})
      return false;
    const auto who = master_of(range.items[2]);
    if (!who) return false;
    for (auto slot = static_cast<std::size_t>(first.integer); slot <= static_cast<std::size_t>(last.integer);
         ++slot) {
      if (std::exchange(map_.owners[slot], *who) != redis_cluster_map::nobody) return false;
    }
    return true;
  }
  redis_cluster_map take() { return std::move(map_); }

 private:
  std::optional<std::uint16_t> master_of(const redis_reply& node) {
    if (node.what != reply_kind::list || node.items.size() < 3) return {};
    const auto& [host, port, id] = std::tie(node.items[0], node.items[1], node.items[2]);
    if (port.what != reply_kind::integer || port.integer < 1 || port.integer > 65535) return {};
    if (host.what != reply_kind::text && host.what != reply_kind::nil) return {};
    const auto known = nodes_.find(id.text);
    const auto node_said = known == nodes_.end() ? known_node{} : known->second;
    const auto at = host_of(host.text, node_said);
    if (!is_redis_host(at)) return {};
    const redis_place where{std::string(at), static_cast<std::uint16_t>(port.integer)};
    auto& all = map_.masters;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& m) { return m.at == where; });
    if (found != all.end()) return static_cast<std::uint16_t>(found - all.begin());
    if (all.size() >= redis_cluster_map::most_masters) return {};
    all.push_back({where, node_said.epoch});
    return static_cast<std::uint16_t>(all.size() - 1);
  }

  /// No host, or an empty one, means the host that was asked. `?` is a server without a name among others that have one:
  /// the address that the servers themselves use is better than nothing.
  std::string_view host_of(std::string_view announced, const known_node& node) const {
    if (announced == no_name) return is_redis_host(node.ip) ? node.ip : asked_;
    return announced.empty() ? asked_ : announced;
  }

  known_nodes nodes_;
  std::string_view asked_;
  redis_cluster_map map_;
};

}  // namespace

std::optional<redis_cluster_map> parse_redis_cluster_map(const redis_reply& slots, const redis_reply& nodes,
                                                         std::string_view asked) {
  if (slots.what != reply_kind::list || nodes.what != reply_kind::text) return {};
  map_reader reader(nodes.text, asked);
  for (const auto& range : slots.items) {
    if (!reader.read(range)) return {};
  }
  return reader.take();
}

}  // namespace roomd::store
