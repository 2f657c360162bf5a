// One node whose server answers, and sends on its channels, whatever the dice say, and two rooms on it. What holds for a
// room and for who asks it something is checked whatever it is told; when the lies end, it serves again.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "unit/store/wary_room.hpp"

namespace roomd::store::test {

using namespace std::chrono_literals;

class lying_server {
 public:
  explicit lying_server(dice d) : dice_(d) {
    if (dice_.one_in(3)) node_.most_commands = 4;
    node_.slow_to_leave = dice_.one_in(2);
    for (auto& r : rooms_) r.open(!dice_.one_in(4));
  }

  bool over() const { return dice_.over() || !fault().empty(); }
  std::string fault() const { return rooms_[0].fault.empty() ? rooms_[1].fault : rooms_[0].fault; }

  void step() {
    auto& room = rooms_[dice_.below(rooms_.size())];
    switch (dice_.below(16)) {
      case 0:
      case 1:
        node_.carry_out();
        break;
      case 2:
      case 3:
      case 4:
        if (dice_.one_in(2)) node_.falsify(any_reply(room));
        node_.answer();
        break;
      case 5:
        node_.hear();
        break;
      case 6:
        node_.overhear(room.channel(), message(room));
        break;
      case 7:
        pass(dice_.one_in(10) ? 20000 : 100);
        break;
      case 8:
        trouble(room);
        break;
      case 9:
        node_.give_turn();
        break;
      case 10:
        node_.move();
        break;
      case 11:
        node_.tick();
        break;
      default:
        act(room);
    }
    for (auto& r : rooms_) r.check();
  }

  /// The server tells the truth, on new connections.
  std::string end() {
    node_.most_commands = 1000000;
    node_.link_down();
    node_.channels_down();
    node_.forget_generation();
    node_.link_up();
    node_.channels_up();
    for (auto& r : rooms_) node_.regain(r.channel());
    for (auto& r : rooms_) r.create();
    settle();
    std::size_t before[2] = {rooms_[0].stored(), rooms_[1].stored()};
    for (auto& r : rooms_)
      if (r.is_open()) r.publish("", 10);
    settle();
    for (std::size_t i = 0; i < rooms_.size(); ++i) {
      auto& r = rooms_[i];
      if (!r.fault.empty()) return r.fault;
      if (!r.is_open()) return "not open at the end";
      if (r.waits() > 0) return "somebody waits for ever";
      if (r.stored() == before[i]) return "nothing can be published at the end";
      const auto& kept = server_.rooms.at(r.channel());
      if (r.stands() != position{kept.epoch, kept.head}) return "stands elsewhere at the end";
    }
    return {};
  }

 private:
  void settle() {
    for (int round = 0; round < 20; ++round) {
      node_.pump();
      pass(1000);
      node_.tick();
    }
    node_.pump();
  }
  void pass(int ms) {
    server_.wall += ms;
    node_.clock += std::chrono::milliseconds(ms);
  }
  void act(wary_room& r) {
    if (!r.is_open()) return r.create();
    switch (dice_.below(8)) {
      case 0:
        return r.read(dice_);
      case 1:
        return r.send();
      case 2:
        return r.say();
      case 3:
        return r.refresh();
      case 4:
        return r.create();
      default:
        return r.publish(dice_.one_in(3) ? "k" + std::to_string(dice_.below(4)) : "", dice_.below(300));
    }
  }
  void trouble(wary_room& r) {
    switch (dice_.below(8)) {
      case 0:
        return node_.link_down();
      case 1:
        return node_.link_up();
      case 2:
        return node_.channels_down();
      case 3:
        return node_.channels_up();
      case 4:
        return node_.lose(r.channel());
      case 5:
        return node_.hand_over(r.channel());
      case 6:
        return node_.regain(r.channel());
      default:
        return node_.forget_generation();
    }
  }

  // --- lies ---

  std::int64_t number(wary_room& r) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    const auto near = static_cast<std::int64_t>(dice_.below(12)) - 4;
    switch (dice_.below(4)) {
      case 0:
        return near;
      case 1:
        return dice_.one_in(2) ? most : -most - 1;
      default:
        return r.is_open() ? static_cast<std::int64_t>(r.stands().seq % (1U << 30U)) + near : near;
    }
  }
  std::string epoch_name(wary_room& r) {
    switch (dice_.below(5)) {
      case 0:
        return "";
      case 1:
        return "another-epoch." + std::to_string(dice_.below(3));
      case 2:
        return std::string(dice_.below(80), 'e');
      default:
        return r.is_open() ? r.stands().epoch : "first-node.0";
    }
  }
  std::string message(wary_room& r) {
    if (dice_.one_in(8)) return std::string(dice_.below(20), ' ');
    static const auto codec = protocol::make_codec();
    const auto payload = dice_.one_in(6) ? "" : codec.pack(draft_of("told", ""));
    const auto name = dice_.one_in(8) ? std::string(dice_.one_in(2) ? no_epoch : word_epoch) : epoch_name(r);
    const auto n = number(r);
    return format_redis_message({name, n < 0 ? 0 : static_cast<sequence>(n), server_.wall, payload});
  }
  std::string lineage(wary_room& r) {
    std::string text;
    for (auto n = dice_.below(3); n > 0; --n)
      text += (text.empty() ? "" : " ") + epoch_name(r) + ':' + std::to_string(number(r));
    return text;
  }
  redis_reply any_reply(wary_room& r) {
    switch (dice_.below(8)) {
      case 0:
        return integer_reply(number(r));
      case 1:
        return text_reply(message(r));
      case 2: {
        static constexpr std::array<const char*, 4> refusals{"READONLY You can't", "OOM command", "MOVED 1",
                                                             ""};
        return error_reply(refusals[dice_.below(refusals.size())]);
      }
      case 3:
      case 4:
        return list_of(text_reply(epoch_name(r)), text_reply(dice_.one_in(4) ? "g9" : server_.generation),
                       text_reply(lineage(r)), integer_reply(number(r)),
                       integer_reply(static_cast<std::int64_t>(dice_.below(3))));
      default:
        return page(r);
    }
  }
  redis_reply page(wary_room& r) {
    std::vector<redis_reply> messages;
    for (auto n = dice_.below(6); n > 0; --n) messages.push_back(text_reply(message(r)));
    return list_of(text_reply(epoch_name(r)), text_reply(dice_.one_in(4) ? "g9" : server_.generation),
                   text_reply(lineage(r)), integer_reply(number(r)), integer_reply(number(r)),
                   list_reply(std::move(messages)));
  }

  static const redis_settings& bounds() {
    static const redis_settings made("roomd:", retention{{30, 20000, 60s}, {1000, 1h, 1000000}});
    return made;
  }

  dice dice_;
  fake_redis server_;
  fake_node node_{server_, bounds(), "first-node"};
  std::array<wary_room, 2> rooms_{{{node_, "a"}, {node_, "b"}}};
};

}  // namespace roomd::store::test
