// The ways in which Redis may stand behind a node, each started by the test and seen through one form, so that one list of
// tests runs over all of them: one server, independent servers, a master that sentinels name, a Redis Cluster.
//
// A start costs up to some seconds, so the sections of a test case share one (`started()`) and clear it before they begin.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "store/redis_slot.hpp"
#include "store/redis_spread.hpp"

#include "redis_cluster_process.hpp"
#include "redis_node.hpp"
#include "sentinel_servers.hpp"

namespace roomd::actors::testing {

class redis_topology {
 public:
  redis_topology() = default;
  redis_topology(const redis_topology&) = delete;
  redis_topology& operator=(const redis_topology&) = delete;
  virtual ~redis_topology() = default;

  /// Of the first node, or of the other one: they need not know the same of it.
  virtual redis_plan plan(bool first) const = 0;
  /// The servers that have the rooms now, always in one order.
  virtual std::vector<redis_process*> masters() = 0;
  /// Which of them has the key.
  virtual std::size_t place_of(std::string_view key) const = 0;
  /// For the next test: they have come to rest, and have nothing.
  virtual void clear() { tell_all({"FLUSHALL"}); }
  /// The rooms' servers are others from now on, with all that those had.
  virtual void renew() {
    tell_all({"SAVE"});
    for (auto* each : masters()) each->start_again();
  }
  void lose_all() {
    for (auto* each : masters()) each->start_again_empty();
  }
  void tell_all(const std::vector<std::string_view>& command) {
    for (const auto* each : masters()) redis_client(each->port()).demand(command);
  }
  std::vector<std::uint16_t> ports() {
    std::vector<std::uint16_t> all;
    for (const auto* each : masters()) all.push_back(each->port());
    return all;
  }
};

class one_server final : public redis_topology {
 public:
  redis_plan plan(bool) const override { return test_plan({at_port(server_.port())}); }
  std::vector<redis_process*> masters() override { return {&server_}; }
  std::size_t place_of(std::string_view) const override { return 0; }

 private:
  redis_process server_;
};

class independent_servers final : public redis_topology {
 public:
  /// The order of the servers does not matter.
  redis_plan plan(bool first) const override {
    const auto& [a, b] = servers_;
    return test_plan(first ? std::vector{at_port(a.port()), at_port(b.port())}
                           : std::vector{at_port(b.port()), at_port(a.port())});
  }
  std::vector<redis_process*> masters() override { return {&servers_[0], &servers_[1]}; }
  std::size_t place_of(std::string_view key) const override { return spread_.place_of(key); }

 private:
  redis_process servers_[2];
  store::redis_spread spread_{
      {address_of(at_port(servers_[0].port())), address_of(at_port(servers_[1].port()))}};
};

/// With two replicas and three sentinels, which never take it for dead: a fail-over is the test's.
class master_of_sentinels : public redis_topology {
 public:
  redis_plan plan(bool) const override { return sentinel_plan(servers_.plan()); }
  std::vector<redis_process*> masters() override { return {&servers_.master()}; }
  std::size_t place_of(std::string_view) const override { return 0; }
  void clear() override {
    servers_.settle(replicas_);
    redis_topology::clear();
  }
  void renew() override {
    servers_.settle(replicas_);
    sentinel_servers::ear ear(servers_);
    servers_.fail_over();
    ear.await_switch();
    replicas_ = 1;  // the old master follows the new one in some seconds
  }

 private:
  int replicas_ = 2;
  sentinel_servers servers_{std::chrono::hours(1)};
};

/// The same after a fail-over: the master was a replica.
class promoted_replica final : public master_of_sentinels {
 public:
  promoted_replica() { renew(); }
};

class cluster_of_masters final : public redis_topology {
 public:
  /// One seed that answers is enough.
  redis_plan plan(bool first) const override {
    return cluster_plan(first ? cluster_.seeds() : std::vector{at_port(1), at_port(cluster_.port(2))});
  }
  std::vector<redis_process*> masters() override {
    return {&cluster_.server(0), &cluster_.server(1), &cluster_.server(2)};
  }
  std::size_t place_of(std::string_view key) const override {
    return redis_cluster_process::first_owner_of(store::redis_slot(key));
  }

 private:
  redis_cluster_process cluster_;
};

/// Once for all sections of a test case; it ends with the program.
template <class Topology>
Topology& started() {
  static Topology topology;
  return topology;
}

}  // namespace roomd::actors::testing
