// The sentinels of a shard, started by the test, and whom they name, one line each: `HOST:PORT`; and what a scripted
// sentinel says.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/redis_sentinels.hpp"

#include "fake_redis.hpp"
#include "redis_rig.hpp"

namespace roomd::actors::testing {

inline std::string resp_words(const std::vector<std::string>& all) {
  std::string out = '*' + std::to_string(all.size()) + "\r\n";
  for (const auto& word : all) out += '$' + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return out;
}

/// A connection of a sentinel: what it says is about the master `maths`.
class sentinel_peer {
 public:
  explicit sentinel_peer(const fake_redis& server) : peer(server.accept()) {
    peer.until("PING\r\n");
    peer.send("+PONG\r\n");
  }
  void await_question() { peer.until("\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n"); }
  /// To a question that has come: the server at a port is the master of an election.
  void name(std::uint16_t port, std::uint64_t epoch) const {
    peer.send(left + resp_words({"name", "maths", "config-epoch", std::to_string(epoch)}) +
              resp_words({"127.0.0.1", std::to_string(port)}) + listening);
  }
  void answer(std::uint16_t port, std::uint64_t epoch) {
    await_question();
    name(port, epoch);
  }
  void answer_unknown() {
    await_question();
    peer.send(left + "-ERR No such master with that name\r\n*-1\r\n" + listening);
  }
  void announce() const { peer.send(resp_words({"message", "+switch-master", "maths a 1 b 2"})); }

  static inline const std::string left = "*3\r\n$11\r\nunsubscribe\r\n$14\r\n+switch-master\r\n:0\r\n";
  static inline const std::string listening = "*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n";
  redis_peer peer;
};

inline redis_sentinel_plan sentinels_at(const std::vector<std::uint16_t>& ports) {
  redis_sentinel_plan plan{.master = "maths"};
  for (const auto port : ports) plan.servers.push_back(at_port(port));
  return plan;
}

class sentinels_rig final : public redis_sentinels::observer {
 public:
  explicit sentinels_rig(const redis_sentinel_plan& plan, const redis_timing& timing = calm()) {
    on_shard([&] {
      sentinels_.emplace(runtime_.at(0), plan, timing, *this);
      sentinels_->start();
    });
  }
  ~sentinels_rig() {
    on_shard([this] { sentinels_.reset(); });
  }
  void ask() {
    on_shard([this] { sentinels_->ask(); });
  }
  std::string problem() {
    return runtime_.on(0, [this] { return sentinels_->problem(); });
  }
  std::vector<std::string> faults() const { return runtime_.faults(); }
  void on_redis_master(const store::redis_place& place) override {
    news.add(place.host + ':' + std::to_string(place.port));
  }

  bool redis_master_serves() const override { return master_serves; }

  redis_news news;
  std::atomic<bool> master_serves = true;

 private:
  template <class F>
  void on_shard(F f) {
    runtime_.on(0, [&] {
      f();
      return true;
    });
  }

  runtime runtime_{1};
  std::optional<redis_sentinels> sentinels_;
};

}  // namespace roomd::actors::testing
