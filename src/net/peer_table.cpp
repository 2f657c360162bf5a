#include "net/peer_table.hpp"

#include <algorithm>

#include <netinet/in.h>
#include <sys/socket.h>

namespace roomd::net {
namespace {

constexpr std::size_t network_bytes = 8;  ///< of an IPv6 address
constexpr std::size_t looked_at = 16;     ///< of a peer's connections, so that a newcomer's cost is bounded

}  // namespace

peer_key peer_key_of(const sockaddr_storage& address) {
  peer_key key{};
  if (address.ss_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(address).sin_addr;
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&four), sizeof four, key.begin());
  } else if (address.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&six);
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&six);
    mapped ? std::copy_n(bytes + 12, 4, key.begin()) : std::copy_n(bytes, network_bytes, key.begin());
  }
  return key;
}

void peer_table::count(const peer_key& who, std::size_t before, std::size_t now) {
  auto node = by_count_.extract({before, who});
  if (now == 0) return;
  if (node.empty()) {
    by_count_.emplace(now, who);
  } else {
    node.value().first = now;
    by_count_.insert(std::move(node));
  }
}

void peer_table::add(peer_member& m, const peer_key& who) {
  auto& all = peers_[who];
  all.push_back(&m);
  m.who_ = who;
  m.slot_ = all.size() - 1;
  count(who, all.size() - 1, all.size());
}

void peer_table::remove(peer_member& m) {
  if (m.slot_ == peer_member::absent) return;
  const auto peer = peers_.find(m.who_);
  auto& all = peer->second;
  all[m.slot_] = all.back();
  all[m.slot_]->slot_ = m.slot_;
  all.pop_back();
  m.slot_ = peer_member::absent;
  count(m.who_, all.size() + 1, all.size());
  if (all.empty()) peers_.erase(peer);
}

std::span<peer_member* const> peer_table::some_of_greediest() const {
  if (by_count_.empty()) return {};
  const members& all = peers_.at(by_count_.rbegin()->second);
  return std::span(all).first(std::min(all.size(), looked_at));
}

peer_member* peer_table::who_can_go() const {
  const auto some = some_of_greediest();
  const auto found = std::find_if(some.begin(), some.end(), [](const auto* m) { return m->can_go(); });
  return found == some.end() ? nullptr : *found;
}

peer_member* peer_table::who_goes_for(const peer_key& who) const {
  const auto some = some_of_greediest();
  const auto idle = std::find_if(some.begin(), some.end(), [](const auto* m) { return m->is_idle(); });
  if (idle != some.end()) return *idle;
  const auto own = peers_.find(who);
  const std::size_t has = own == peers_.end() ? 0 : own->second.size();
  return !by_count_.empty() && by_count_.rbegin()->first > has ? who_can_go() : nullptr;
}

}  // namespace roomd::net
