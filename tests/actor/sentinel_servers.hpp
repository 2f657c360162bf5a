// A master, two replicas and three sentinels of the test's own, and what the test asks of them itself.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "redis_client.hpp"
#include "redis_process.hpp"
#include "sentinel_rig.hpp"

namespace roomd::actors::testing {

class sentinel_servers {
 public:
  /// After `down_after` without an answer the sentinels take a server for dead.
  explicit sentinel_servers(std::chrono::milliseconds down_after = std::chrono::seconds(1)) {
    data_.push_back(std::make_unique<redis_process>());
    const auto master = std::to_string(data_[0]->port());
    for (int i = 0; i < 2; ++i)
      data_.push_back(std::make_unique<redis_process>(
          std::vector<std::string>{"--port", "{port}", "--replicaof", "127.0.0.1 " + master}));
    wait_for_replicas(*data_[0], 2);
    const std::string file = "sentinel monitor maths 127.0.0.1 " + master +
                             " 2\nsentinel down-after-milliseconds maths " +
                             std::to_string(down_after.count()) + "\nsentinel failover-timeout maths 3000\n";
    for (int i = 0; i < 3; ++i)
      sentinels_.push_back(
          std::make_unique<redis_process>(std::vector<std::string>{"--port", "{port}", "--sentinel"}, file));
    for (const auto& each : sentinels_) wait_until([&] { return knows_all(*each); });
  }

  redis_sentinel_plan plan() const {
    std::vector<std::uint16_t> ports;
    for (const auto& each : sentinels_) ports.push_back(each->port());
    return sentinels_at(ports);
  }
  /// As the first sentinel has it.
  redis_process& master() const {
    const auto answer =
        redis_client(sentinels_[0]->port()).ask({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "maths"});
    for (const auto& each : data_)
      if (std::to_string(each->port()) == answer.items.at(1).text) return *each;
    throw std::runtime_error("the master is none of the servers");
  }
  /// So many replicas have all that the master has, and no sentinel has anything left to announce.
  void settle(int replicas) const {
    wait_for_replicas(master(), replicas);
    const auto port = std::to_string(master().port());
    for (std::size_t i = 0; i < awake_; ++i)
      wait_until([&] {
        const auto said = about_master(*sentinels_[i]);
        return said.at("port") == port && said.at("flags") == "master";
      });
  }
  void fail_over() const {
    REQUIRE(redis_client(sentinels_[0]->port()).ask({"SENTINEL", "FAILOVER", "maths"}).text == "OK");
  }

  /// The last one; two are enough for an election.
  void pause_sentinel() { sentinels_[--awake_]->pause(); }

  /// Hears what the sentinels announce from now on.
  class ear {
   public:
    explicit ear(const sentinel_servers& servers) {
      for (std::size_t i = 0; i < servers.awake_; ++i) {
        clients_.push_back(std::make_unique<redis_client>(servers.sentinels_[i]->port()));
        clients_.back()->ask({"SUBSCRIBE", "+switch-master"});
      }
    }
    /// The moment of the first announcement.
    std::chrono::steady_clock::time_point await_switch() {
      std::vector<pollfd> all;
      for (const auto& each : clients_) all.push_back({each->fd(), POLLIN, 0});
      if (::poll(all.data(), all.size(), 120'000) < 1) throw std::runtime_error("no fail-over is announced");
      return std::chrono::steady_clock::now();
    }

   private:
    std::vector<std::unique_ptr<redis_client>> clients_;
  };

 private:
  template <class F>
  static void wait_until(F holds) {
    if (!comes_true(holds)) throw std::runtime_error("the servers do not come to terms");
  }
  static void wait_for_replicas(const redis_process& master, int count) {
    redis_client client(master.port());
    wait_until([&] {
      client.ask({"INCR", "waited"});
      return client.ask({"WAIT", std::to_string(count), "1000"}).integer >= count;
    });
  }
  static std::map<std::string, std::string> about_master(const redis_process& sentinel) {
    const auto said = redis_client(sentinel.port()).ask({"SENTINEL", "MASTER", "maths"});
    std::map<std::string, std::string> fields;
    for (std::size_t i = 0; i + 1 < said.items.size(); i += 2)
      fields[said.items[i].text] = said.items[i + 1].text;
    return fields;
  }
  static bool knows_all(const redis_process& sentinel) {
    const auto said = about_master(sentinel);
    return said.at("num-slaves") == "2" && said.at("num-other-sentinels") == "2";
  }

  std::vector<std::unique_ptr<redis_process>> data_;  ///< the first master at [0]
  std::vector<std::unique_ptr<redis_process>> sentinels_;
  std::size_t awake_ = 3;  ///< of the sentinels, the first ones
};

}  // namespace roomd::actors::testing
