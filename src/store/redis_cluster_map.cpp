#include "store/redis_cluster_map.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace roomd::store {
namespace {

using reply_kind = redis_reply::kind;
using master_epochs = std::unordered_map<std::string_view, std::uint64_t>;  // by the masters' ids

constexpr std::size_t epoch_field = 6;

/// Up to the separator, and takes it off.
std::string_view take_until(std::string_view& text, char separator) {
  const auto found = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(found.size() + 1, text.size()));
  return found;
}

/// Of the lines `ID ADDRESS FLAGS MASTER PING PONG EPOCH …`.
master_epochs epochs_of(std::string_view nodes) {
  master_epochs found;
  while (!nodes.empty()) {
    auto line = take_until(nodes, '\n');
    const auto id = take_until(line, ' ');
    for (std::size_t field = 1; field < epoch_field; ++field) take_until(line, ' ');
    const auto text = take_until(line, ' ');
    std::uint64_t epoch = 0;
    const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), epoch);
    if (failure == std::errc{}) found.emplace(id, epoch);
  }
  return found;
}

class map_reader {
 public:
  map_reader(std::string_view nodes, std::string_view asked) : epochs_(epochs_of(nodes)), asked_(asked) {}

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
    const bool announced = host.what == reply_kind::text && !host.text.empty();
    const std::string_view at = announced ? host.text : asked_;
    if ((host.what != reply_kind::text && host.what != reply_kind::nil) || !is_redis_host(at)) return {};
    const redis_place where{std::string(at), static_cast<std::uint16_t>(port.integer)};
    auto& all = map_.masters;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& m) { return m.at == where; });
    if (found != all.end()) return static_cast<std::uint16_t>(found - all.begin());
    if (all.size() >= redis_cluster_map::most_masters) return {};
    const auto epoch = epochs_.find(id.text);
    all.push_back({where, epoch == epochs_.end() ? 0 : epoch->second});
    return static_cast<std::uint16_t>(all.size() - 1);
  }

  master_epochs epochs_;
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
