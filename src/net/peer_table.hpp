// Which HTTP connections of one shard come from which address, so that, where there are as many as there may be, the
// address with most of them makes way for others. Used on the shard's thread only.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

struct sockaddr_storage;

namespace roomd::net {

/// An address that counts as one peer: IPv4 whole, of IPv6 the network of 64 bits that one customer has.
using peer_key = std::array<std::uint8_t, 16>;

peer_key peer_key_of(const sockaddr_storage& address);

class peer_table;

/// A connection that can be asked to make way. Not copied, not moved while it is in the table.
class peer_member {
 public:
  peer_member() = default;
  peer_member(const peer_member&) = delete;
  peer_member& operator=(const peer_member&) = delete;
  /// It owes no answer.
  virtual bool can_go() const = 0;
  /// It waits for its next request, so that its end costs its peer nothing.
  virtual bool is_idle() const = 0;
  virtual void abort() = 0;

 protected:
  ~peer_member() = default;

 private:
  friend class peer_table;
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);
  peer_key who_{};
  std::size_t slot_ = absent;
};

class peer_table {
 public:
  void add(peer_member& m, const peer_key& who);
  /// Nothing where it is not in it.
  void remove(peer_member& m);
  /// Who goes for a newcomer from `who`: one of the peer with most connections, an idle one where there is one; one that
  /// is not idle only where that peer has more than `who`. Null: nobody.
  peer_member* who_goes_for(const peer_key& who) const;
  /// One of the peer with most connections that can go, whoever comes. Null: nobody.
  peer_member* who_can_go() const;

 private:
  using members = std::vector<peer_member*>;

  void count(const peer_key& who, std::size_t before, std::size_t now);
  std::span<peer_member* const> some_of_greediest() const;

  std::map<peer_key, members> peers_;                    ///< a tree: peers choose their addresses
  std::set<std::pair<std::size_t, peer_key>> by_count_;  ///< the same peers
};

}  // namespace roomd::net
