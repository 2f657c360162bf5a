// A real Redis Cluster of the test's own: three masters, a third of the slots each, and a replica of the first where it is
// wanted.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/redis_slot.hpp"

#include "redis_client.hpp"
#include "redis_process.hpp"
#include "redis_rig.hpp"

namespace roomd::actors::testing {

class redis_cluster_process {
 public:
  explicit redis_cluster_process(bool with_replica = false) {
    for (int i = 0; i < (with_replica ? 4 : 3); ++i) {
      servers_.push_back(std::make_unique<redis_process>(std::vector<std::string>{
          "--port", "{port}", "--cluster-enabled", "yes", "--cluster-port", "{bus}", "--cluster-node-timeout",
          "1000", "--cluster-replica-validity-factor", "0"}));
    }
    for (std::size_t i = 0; i < 3; ++i) {
      client(i).demand(
          {"CLUSTER", "ADDSLOTSRANGE", std::to_string(bounds[i]), std::to_string(bounds[i + 1] - 1)});
      client(i).demand({"CLUSTER", "SET-CONFIG-EPOCH", std::to_string(i + 1)});
    }
    for (std::size_t i = 1; i < servers_.size(); ++i)
      client(0).demand(
          {"CLUSTER", "MEET", "127.0.0.1", std::to_string(port(i)), std::to_string(servers_[i]->bus())});
    for (std::size_t i = 0; i < servers_.size(); ++i)
      demand([&] { return knows_all(i); }, "a cluster that is up");
    if (!with_replica) return;
    client(3).demand({"CLUSTER", "REPLICATE", id(0)});
    demand(
        [&] {
          return client(3).ask({"INFO", "replication"}).text.find("master_link_status:up") != npos;
        },
        "a replica in step");
  }

  std::uint16_t port(std::size_t i) const { return servers_[i]->port(); }
  redis_process& server(std::size_t i) { return *servers_[i]; }
  std::vector<redis_server> seeds(std::size_t i = 0) const { return {at_port(port(i))}; }

  /// A new connection, so that a server that was killed has another one.
  redis_client client(std::size_t i) const { return redis_client(port(i)); }
  std::string id(std::size_t i) const { return client(i).demand({"CLUSTER", "MYID"}).text; }

  /// The master that had the slot in the beginning.
  static std::size_t first_owner_of(std::size_t slot) {
    return slot < bounds[1] ? 0 : slot < bounds[2] ? 1 : 2;
  }
  static std::size_t first_owner(const std::string& room) { return first_owner_of(slot_of(room)); }
  static std::size_t slot_of(const std::string& room) { return store::redis_slot("roomd:{r:" + room + "}"); }
  /// One of `count` rooms that the master has.
  static std::string room_of(std::size_t owner) {
    for (int i = 0;; ++i) {
      auto name = "room" + std::to_string(i);
      if (first_owner(name) == owner) return name;
    }
  }

  void begin_migration(std::size_t slot, std::size_t from, std::size_t to) {
    const auto number = std::to_string(slot);
    client(to).demand({"CLUSTER", "SETSLOT", number, "IMPORTING", id(from)});
    client(from).demand({"CLUSTER", "SETSLOT", number, "MIGRATING", id(to)});
  }
  /// Key by key, as redis-cli does it.
  void migrate_keys(std::size_t slot, std::size_t from, std::size_t to) {
    auto source = client(from);
    const auto number = std::to_string(slot);
    for (;;) {
      const auto keys = source.demand({"CLUSTER", "GETKEYSINSLOT", number, "1"});
      if (keys.items.empty()) return;
      source.demand({"MIGRATE", "127.0.0.1", std::to_string(port(to)), keys.items[0].text, "0", "5000"});
    }
  }
  void end_migration(std::size_t slot, std::size_t from, std::size_t to) {
    const auto number = std::to_string(slot);
    const auto owner = id(to);
    for (const auto each : {to, from}) client(each).demand({"CLUSTER", "SETSLOT", number, "NODE", owner});
  }

 private:
  static constexpr std::size_t bounds[] = {0, 5461, 10922, 16384};
  static constexpr auto npos = std::string::npos;

  template <class F>
  static void demand(F condition, const char* what) {
    if (!comes_true(condition)) throw std::runtime_error(std::string("there is not ") + what);
  }
  bool knows_all(std::size_t i) const {
    const auto info = client(i).demand({"CLUSTER", "INFO"}).text;
    return info.find("cluster_state:ok") != npos &&
           info.find("cluster_known_nodes:" + std::to_string(servers_.size())) != npos;
  }

  std::vector<std::unique_ptr<redis_process>> servers_;
};

}  // namespace roomd::actors::testing
