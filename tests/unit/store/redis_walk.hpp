// Two or three nodes on one server, publishes and everything that can go wrong, as the dice fall. Each room checks what
// it is told against what the server has ever sent; when the faults end, all rooms come to stand where the server does.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "unit/store/redis_player.hpp"

namespace roomd::store::test {

using namespace std::chrono_literals;

inline const redis_settings& walk_bounds() {
  static const redis_settings bounds("roomd:", retention{{30, 20000, 60s}, {1000, 1h, 1000000}});
  return bounds;
}

class redis_walk {
 public:
  explicit redis_walk(dice d) : dice_(d), known_(server_) {
    const auto count = dice_.between(2, 3);
    for (std::size_t i = 0; i < count; ++i) {
      nodes_.push_back(std::make_unique<fake_node>(server_, walk_bounds(), "node-word-" + std::to_string(i)));
      if (dice_.one_in(3)) nodes_.back()->most_commands = 4;
      nodes_.back()->slow_to_leave = dice_.one_in(2);
      for (const char* name : {"a", "b"}) begin(*nodes_.back(), name);
    }
    replica_ = server_.rooms;
    faults_ = !dice_.one_in(4);
  }

  bool over() const { return dice_.over(); }
  void step() {
    fake_node& node = *nodes_[dice_.below(nodes_.size())];
    const auto roll = dice_.below(100);
    if (roll < 20) return static_cast<void>(node.carry_out());
    if (roll < 40) return static_cast<void>(node.answer());
    if (roll < 65) return static_cast<void>(node.hear());
    if (roll < 70) return pass_time(dice_.one_in(10) ? 20000 : 100);
    if (roll < 95 || !faults_) return act(*players_[dice_.below(players_.size())]);
    fault(node);
  }

  std::string end() {
    server_.refuses.clear();
    const bool speaks =
        dice_.one_in(2);  // a message that got lost without a sign is missed with the next one,
    for (auto& node : nodes_) {
      node->most_commands = 1000000;
      if (!speaks) node->channels_down();  // or when the channel is there again
      node->link_up();
      node->channels_up();
      for (const auto& name : names_) node->regain("roomd:{r:" + name + "}");
    }
    settle();
    for (auto& p : players_) {
      if (speaks) p->publish("", std::to_string(next_++));
    }
    settle();
    for (auto& p : players_) p->check_end();
    for (auto& p : players_) {
      if (!p->fault.empty()) return p->fault;
    }
    return known_.sound ? "" : "a number was given twice";
  }

 private:
  void begin(fake_node& node, const std::string& name) {
    players_.push_back(std::make_unique<player>(known_, server_, node, name));
    owners_.push_back(&node);
    names_.push_back(name);
    players_.back()->open();
  }
  void settle() {
    for (int round = 0; round < 6; ++round) {
      for (bool moved = true; moved;) {
        moved = false;
        for (auto& node : nodes_) moved = node->move() || moved;
      }
      pass_time(1000);
      for (auto& node : nodes_) node->tick();
    }
  }
  void pass_time(int ms) {
    server_.wall += ms;
    for (auto& node : nodes_) node->clock += std::chrono::milliseconds(ms);
  }
  void act(player& p) {
    const auto key = dice_.one_in(3) ? "key" + std::to_string(dice_.below(12)) : "";
    switch (dice_.below(12)) {
      case 0:
        return p.is_open() ? p.read(dice_) : void();
      case 1:
        return p.is_open() ? p.send() : void();
      case 2:
        return nodes_[dice_.below(nodes_.size())]->tick();
      case 3:
        return faults_ && dice_.one_in(4) ? reopen() : void();
      default:
        if (p.is_open())
          p.publish(key, key + ' ' + std::to_string(next_++) + std::string(dice_.below(300), 'x'));
    }
  }
  void reopen() {
    const auto i = dice_.below(players_.size());
    if (!players_[i]->fault.empty()) return;
    players_[i].reset();
    players_[i] = std::make_unique<player>(known_, server_, *owners_[i], names_[i]);
    players_[i]->open();
  }
  void fault(fake_node& node) {
    static const std::vector<std::string> refusals{"READONLY You can't", "OOM command", "LOADING Redis",
                                                   "MOVED 1"};
    const std::string channel = "roomd:{r:a}";
    const std::string one = dice_.one_in(2) ? channel : "roomd:{r:b}";
    switch (dice_.below(18)) {
      case 0:
        return node.link_down();
      case 1:
      case 2:
        return node.link_up();
      case 3:
        return node.channels_down();
      case 4:
      case 5:
        return node.channels_up();
      case 6:
        return static_cast<void>(node.lose_message());
      case 7:
        return dice_.one_in(4) ? server_.flush() : void();
      case 8:
        return dice_.one_in(2) ? fail_over() : void();
      case 9:
        return dice_.one_in(3) ? server_.new_generation() : node.forget_generation();
      case 10:
        replica_ = server_.rooms;
        return;
      case 11:
        server_.refuses = dice_.one_in(2) ? "" : refusals[dice_.below(refusals.size())];
        return;
      case 12:
        return known_.last.contains(channel) ? node.overhear(channel, known_.last[channel]) : void();
      case 13:
        return node.lose(one);
      case 14:
        return node.hand_over(one);
      case 15:
      case 16:
        return node.regain(one);
      default:
        return node.overhear(channel, dice_.one_in(2) ? "nonsense" : "e 99999 1 1 nonsense");
    }
  }
  void fail_over() {
    for (auto& node : nodes_) {
      node->link_down();
      node->channels_down();
    }
    server_.fail_over(dice_.one_in(2) ? replica_ : server_.rooms);
  }

  dice dice_;
  fake_redis server_;
  truth known_;
  std::map<std::string, fake_redis::room> replica_;
  std::vector<std::unique_ptr<fake_node>> nodes_;
  std::vector<std::unique_ptr<player>> players_;
  std::vector<fake_node*> owners_;
  std::vector<std::string> names_;
  std::uint64_t next_ = 0;
  bool faults_ = true;
};

}  // namespace roomd::store::test
