// What the tests of a Redis room share: a server, two nodes on it, and rooms that write down what they hear.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "unit/core/log_tools.hpp"
#include "unit/store/fake_node.hpp"
#include "unit/store/store_suite.hpp"

namespace roomd::store::test {

/// A room on a node, what it hears, and what becomes of its publishes.
class guest {
 public:
  explicit guest(fake_node& node, const std::string& name = "a")
      : node_(node), store(node.engine().open(name, room)) {}

  void publish(std::string key = {}, std::size_t size = 10) {
    store->append(text(std::move(key), size), node_.at(),
                  [this](const result<receipt>& r) { told.push_back(r); });
  }
  void publish_many(int count) {
    for (int i = 0; i < count; ++i) publish();
    node_.pump();
  }
  const room_log& log() { return store->log(node_.at()); }
  position stands() { return {log().numbering(), log().head()}; }
  std::vector<sequence> heard() const { return numbers(room.heard); }
  /// Numbers of the publishes that were answered; 0: refused.
  std::vector<sequence> answers() const {
    std::vector<sequence> all;
    for (const auto& r : told) all.push_back(r ? r->at.seq : 0);
    return all;
  }

 private:
  fake_node& node_;

 public:
  listening_room room;
  std::vector<result<receipt>> told;
  std::unique_ptr<room_store> store;
};

struct redis_world {
  explicit redis_world(log_bounds log = {1000, 10000000, 1h}, dedup_bounds dedup = {100, 10s, 100000})
      : redis_world(retentions(retention{log, dedup})) {}
  explicit redis_world(const retentions& rooms) : settings("roomd:", rooms) {}

  void pump() {
    while (node.move() || other.move()) {
    }
  }
  void tick() {
    for (auto* each : {&node, &other}) {
      each->clock += 1s;
      each->tick();
    }
    server.wall += 1000;
  }
  void pass(std::chrono::milliseconds t) {
    node.clock += t;
    other.clock += t;
    server.wall += t.count();
  }
  /// The other node has no connection, so that what it has in the server stays as it is.
  void cut_off_other() {
    other.link_down();
    other.channels_down();
  }
  fake_redis::room& stored() { return server.rooms.at(channel); }

  const std::string channel = "roomd:{r:a}";
  redis_settings settings;
  fake_redis server;
  fake_node node{server, settings, "first-node"};
  fake_node other{server, settings, "other-node"};
};

using numbers_t = std::vector<sequence>;
using numberings_t = std::vector<std::pair<position, bool>>;

/// A room on each of two nodes, open.
struct pair_of_rooms : redis_world {
  explicit pair_of_rooms(log_bounds log = {1000, 10000000, 1h}) : redis_world(log), a(node), b(other) {
    pump();
  }

  /// So many messages from the other node that the channel does not bring here.
  void miss(int count) {
    b.publish_many(count);
    while (node.lose_message()) {
    }
  }
  void say(int count) {
    b.publish_many(count);
    pump();
  }
  const redis_counters& counters() { return node.engine().counters(); }

  guest a, b;
};

}  // namespace roomd::store::test
