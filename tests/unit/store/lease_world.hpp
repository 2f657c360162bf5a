// A Redis that runs lease.lua, and nodes that judge one another by it, on a clock of their own: what tests of
// redis_leases play with.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/redis_leases.hpp"

namespace roomd::store::test {

using std::chrono::milliseconds;

/// The script's law, with Redis' own clock.
class lease_script {
 public:
  milliseconds clock{1'000'000'000};
  std::map<std::string, std::pair<std::int64_t, milliseconds>> leases;
  std::set<std::string> connected;  ///< nodes whose channels have a listener
  std::vector<std::string> said;    ///< on the leases' channel
  int runs = 0;

  redis_reply run(const std::string& node, milliseconds lease, const std::vector<std::string>& late) {
    ++runs;
    auto& [beat, at] = leases[node];
    beat = beat == 0 ? clock.count() + 1 : beat + 1;
    at = clock;
    said.push_back(node + ' ' + std::to_string(beat));
    redis_reply all{redis_reply::kind::list, 0, {}, {}};
    const auto age = [&](milliseconds then) { return std::max(clock - then, milliseconds::zero()); };
    std::erase_if(leases, [&](const auto& l) { return age(l.second.second) >= lease * 10; });
    for (const auto& [name, l] : leases) {
      const bool asked = std::find(late.begin(), late.end(), name) != late.end();
      all.items.push_back({redis_reply::kind::text, 0, name, {}});
      all.items.push_back({redis_reply::kind::integer, l.first, {}, {}});
      all.items.push_back({redis_reply::kind::integer, age(l.second).count(), {}, {}});
      all.items.push_back({redis_reply::kind::integer, asked ? int{connected.contains(name)} : -1, {}, {}});
    }
    return all;
  }
};

/// A node and its link: a run is asked for, done by Redis, and answered.
struct lease_node {
  std::string name;
  redis_leases leases;
  bool paused = false;
  bool away = false;  ///< its connections
  bool deaf = false;  ///< the connection for channels alone
  std::optional<time_point> asked{};
  std::vector<std::string> late{};  ///< who it has asked about
  std::optional<redis_reply> reply{};
  std::vector<std::string> heard{};  ///< not read yet
  std::vector<std::pair<std::string, time_point>> ended{};
  int lapsed = 0;
};

class lease_world {
 public:
  explicit lease_world(milliseconds lease) : lease_(lease) {}

  lease_node& add(const std::string& name) {
    nodes_.push_back(std::make_unique<lease_node>(lease_node{name, redis_leases(name, lease_)}));
    return *nodes_.back();
  }
  /// kill -9
  void kill(const std::string& name) {
    std::erase_if(nodes_, [&](const auto& n) { return n->name == name; });
  }
  void run(milliseconds time) {
    constexpr milliseconds tick{10};
    for (const auto end = now + time; now < end; now += tick, redis.clock += tick) {
      connect();
      for (auto& n : nodes_) turn(*n);
      for (auto& n : nodes_) {
        if (!n->away && !n->deaf) n->heard.insert(n->heard.end(), redis.said.begin(), redis.said.end());
      }
      redis.said.clear();
    }
  }
  static void lose_link(lease_node& n) {
    n.away = true;
    n.asked.reset();
    n.reply.reset();
    n.heard.clear();
    n.leases.link_lost();
  }

  lease_script redis;
  bool redis_paused = false;
  time_point now{std::chrono::hours(1)};

 private:
  void connect() {
    redis.connected.clear();
    for (const auto& n : nodes_) {
      if (!n->away && !n->deaf) redis.connected.insert(n->name);
    }
  }
  /// One tick of the clock for each step, so an answer takes 20 ms.
  void turn(lease_node& n) {
    if (n.asked && !n.reply && !redis_paused) {
      n.reply = redis.run(n.name, lease_, n.late);
      return;
    }
    if (n.paused || n.away) return;
    for (const auto& beat : std::exchange(n.heard, {})) n.leases.take_beat(beat, now);
    if (n.reply) {
      for (auto& gone : n.leases.take(*n.reply, *n.asked, now)) n.ended.emplace_back(std::move(gone), now);
      n.lapsed += n.leases.own_lapsed() ? 1 : 0;
      n.asked.reset();
      n.reply.reset();
    } else if (!n.asked && n.leases.next_look(now) <= now) {
      n.asked = now;
      const auto late = n.leases.late(now);
      n.late = {late.begin(), late.end()};
    }
  }

  milliseconds lease_;
  std::vector<std::unique_ptr<lease_node>> nodes_;
};

}  // namespace roomd::store::test
