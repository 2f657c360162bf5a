// One node's Redis engine over real servers, with rooms that write down what they hear. What happens on its shard is
// told by values that the test's thread asks for; each waits with a deadline.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/random_id.hpp"
#include "actors/redis_bridge.hpp"
#include "protocol/message_text.hpp"

#include "redis_client.hpp"
#include "redis_rig.hpp"

namespace roomd::actors::testing {

/// Checks that nothing comes twice or out of order.
class noted_room final : public store::room_observer {
 public:
  void on_open() override { open = true; }
  void on_unavailable(const error&) override { ++refused; }
  void on_message(const message_ptr& m) override {
    if (m->seq != 0) sound = sound && m->seq == store->log({}).head();
    texts.push_back(text_of(*m));
  }
  void on_numbering(const position& at, bool child) override {
    numbering = at.epoch;
    sound = sound && child;
  }
  void on_word(std::string_view) override {}
  void on_words() override { ++words; }
  bool wants_deflated() const override { return false; }

  static std::string text_of(const message& m) {
    const std::string_view all = m.native.payload();
    const auto begin = all.find("\"data\":\"") + 8;
    return std::string(all.substr(begin, all.find('"', begin) - begin));
  }

  bool open = false;
  bool sound = true;  ///< no number was left out, and no numbering began anew
  int refused = 0, words = 0;
  epoch numbering;                 ///< the last one that was told
  std::vector<std::string> texts;  ///< in the order in which they came
  std::vector<std::string> acknowledged;
  std::size_t asked = 0, answered = 0;
  std::unique_ptr<store::room_store> store;
};

class redis_node final : private wheel_timer {
 public:
  using rooms_t = std::map<std::string, noted_room>;

  explicit redis_node(std::vector<redis_server> servers, bool cluster = false) {
    redis_plan plan{.servers = std::move(servers),
                    .cluster = cluster,
                    .rooms = {"roomd:", retention{{1000, 1000000, 1h}, {1000, 1h, 1000000}}}};
    plan.timing = {.connect = 3s, .reply = 2s, .watchdog = 200ms, .retry = {10ms, 200ms}};
    plan.word = random_id(12);
    runtime_.on(0, [&] {
      auto& home = runtime_.at(0);
      plan.leases = std::make_shared<node_leases>(home, plan.word, "roomd:{leases}", 2s);
      plan.leases->watch({[this](const std::string&) { ++ended_; }, [](const std::string&) {}, [] {}});
      bridge_.emplace(home, std::move(plan), protocol::make_sealer(), protocol::make_codec());
      bridge_->start();
      home.set_timer(*this, home.now() + sweeps);
      return true;
    });
  }
  ~redis_node() {
    runtime_.on(0, [&] {
      runtime_.at(0).cancel_timer(*this);
      rooms_.clear();
      bridge_->stop();
      bridge_.reset();
      return true;
    });
  }
  redis_node(const redis_node&) = delete;
  redis_node& operator=(const redis_node&) = delete;

  void open(const std::string& name) {
    runtime_.on(0, [&] {
      auto& room = rooms_[name];
      room.store = bridge_->open(name, room);
      return true;
    });
  }
  /// What becomes of it stands in the room.
  void publish(const std::string& name, const std::string& text) {
    runtime_.on(0, [&] {
      send(rooms_.at(name), text);
      return true;
    });
  }
  /// The same into every room, as fast as the answers come, until told otherwise.
  void publish_on(bool on) {
    runtime_.on(0, [&] { return busy_ = on; });
  }
  template <class F>
  auto look(F f) {
    return runtime_.on(0, [&] { return f(std::as_const(rooms_)); });
  }
  template <class F>
  bool eventually(F f) {
    return comes_true([&] { return look(f); });
  }
  std::string problem() {
    return runtime_.on(0, [&] { return bridge_->problem(); });
  }
  std::string problem_becomes(const std::string& wanted) {
    eventually([&](const rooms_t&) { return bridge_->problem() == wanted; });
    return problem();
  }
  int ended() {
    return runtime_.on(0, [&] { return ended_; });
  }
  std::vector<std::string> faults() const { return runtime_.faults(); }

 private:
  static constexpr auto sweeps = 100ms;

  void on_timer(time_point now) override {
    runtime_.at(0).set_timer(*this, now + sweeps);
    bridge_->sweep(moment_of(runtime_.at(0)));
    if (!busy_) return;
    for (auto& [name, room] : rooms_) {
      if (room.open && room.asked - room.answered < 20) send(room, name + '-' + std::to_string(room.asked));
    }
  }
  void send(noted_room& room, const std::string& text) {
    protocol::publish_command c;
    const std::string data = '"' + text + '"';
    c.room = "a";
    c.event = "e";
    c.data = data;
    ++room.asked;
    room.store->append(protocol::make_draft(c, "user", "session"), moment_of(runtime_.at(0)),
                       [&room, text](const result<store::receipt>& r) {
                         ++room.answered;
                         if (r) room.acknowledged.push_back(text);
                       });
  }

  runtime runtime_{1};
  std::optional<redis_bridge> bridge_;
  rooms_t rooms_;
  bool busy_ = false;
  int ended_ = 0;
};

/// In all rooms.
inline bool all_open(const redis_node::rooms_t& rooms) {
  return std::all_of(rooms.begin(), rooms.end(), [](const auto& r) { return r.second.open; });
}
inline bool all_answered(const redis_node::rooms_t& rooms) {
  return std::all_of(rooms.begin(), rooms.end(),
                     [](const auto& r) { return r.second.asked == r.second.answered; });
}

}  // namespace roomd::actors::testing
