// A node whose rooms lie on servers that come and go, members who join, leave and resume at random, and another node that
// publishes in the same rooms. The rooms, their hub and the sessions are the daemon's; the servers are one fake, which
// moves when the dice say so. Everything of the engine happens on shard 0.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "rig.hpp"
#include "strict_member.hpp"
#include "unit/core/log_tools.hpp"
#include "unit/store/fake_node.hpp"
#include "unit/store/store_suite.hpp"

namespace roomd::actors::testing {

/// A node's engine over the fake servers.
class moved_engine final : public store::room_engine {
 public:
  explicit moved_engine(store::test::fake_node& node) : node_(node) {}
  std::unique_ptr<store::room_store> open(const std::string& name, store::room_observer& room) override {
    return node_.engine().open(name, room);
  }
  void sweep(store::moment) override {}
  std::size_t bytes() const override { return 0; }
  const std::string& node() const override { return node_.engine().node(); }

 private:
  store::test::fake_node& node_;
};

class silence_world {
 public:
  explicit silence_world(std::uint32_t seed) : dice_(seed) {
    for (std::size_t i = 0; i < rooms_.size(); ++i) rooms_[i] = node_.room_on(0, "r" + std::to_string(i));
    on_shard([this] {
      for (const auto& name : rooms_) {
        theirs_.push_back(other_->engine().open(name, listening_));
        settle();
        for (int n = 0; n < 30; ++n) publish(theirs_.size() - 1);
        settle();
      }
    });
    for (std::size_t i = 0; i < 4; ++i) members_.emplace_back(node_.connect(i % 2, "user"));
  }
  ~silence_world() {
    members_.clear();
    on_shard([this] { theirs_.clear(); });
  }
  silence_world(const silence_world&) = delete;
  silence_world& operator=(const silence_world&) = delete;

  /// Empty: so far everything was as promised.
  std::string step() {
    const auto roll = dice_.below(100);
    if (roll < 35) {
      on_shard([this] { move(); });
    } else if (roll < 45) {
      on_shard([this] { fault(); });
    } else if (roll < 60) {
      on_shard([this] { publish(dice_.below(rooms_.size())); });
    } else {
      act(members_[dice_.below(members_.size())]);
    }
    for (auto& m : members_) m.hear();
    return fault_of_members();
  }

  /// All servers are there again: every member gets into every room and to its head.
  std::string end(std::chrono::seconds patience) {
    on_shard([this] { heal(); });
    for (auto& m : members_) {
      m.wire().stick(false);
      m.wire().take(SIZE_MAX);
    }
    const auto until = std::chrono::steady_clock::now() + patience;
    for (std::string behind = "at the beginning"; !behind.empty();) {
      if (std::chrono::steady_clock::now() > until) return behind;
      on_shard([this] {
        settle();
        pass_second();
      });
      for (auto& m : members_) m.hear();
      if (auto wrong = fault_of_members(); !wrong.empty()) return wrong;
      behind = who_is_behind();
      std::this_thread::yield();
    }
    return {};
  }

 private:
  template <class F>
  void on_shard(F f) {
    node_.on(0, [&] {
      f();
      return true;
    });
  }
  static config::settings settings() {
    auto s = brisk_settings();
    s.session.outbox_bytes = 65536;
    s.rooms.linger = 0ms;
    return s;
  }
  std::unique_ptr<store::test::fake_node> make_node(const std::string& word) {
    auto made = std::make_unique<store::test::fake_node>(server_, bounds_, word);
    made->clock = std::chrono::steady_clock::now();
    return made;
  }

  // --- on the shard ---

  void publish(std::size_t room) {
    const std::string data = '"' + std::string(8000, 'x') + '"';
    protocol::publish_command c;
    c.room = rooms_[room];
    c.event = "e";
    c.data = data;
    theirs_[room]->append(protocol::make_draft(c, "user", "other"), other_->at(), [](const auto&) {});
  }
  /// Some of what is under way gets on, at each node.
  void move() {
    for (auto n = dice_.below(8); n > 0; --n) {
      auto& node = dice_.one_in(4) ? *other_ : *ours_;
      if (dice_.one_in(2)) node.carry_out();
      if (dice_.one_in(2)) node.answer();
      if (dice_.one_in(2)) node.hear();
    }
    if (dice_.one_in(6)) pass_second();
  }
  void settle() {
    while (ours_->move() || other_->move()) {
    }
  }
  void pass_second() {
    server_.wall += 1000;
    for (auto* each : {ours_.get(), other_.get()}) {
      each->clock += 1s;
      each->tick();
    }
  }
  void fault() {
    const std::string channel = "roomd:{r:" + rooms_[dice_.below(rooms_.size())] + "}";
    switch (dice_.below(8)) {
      case 0:
      case 1:
        return ours_->lose(channel);
      case 2:
      case 3:
      case 4:
        return ours_->regain(channel);
      case 5:
        return dice_.one_in(2) ? ours_->link_down() : ours_->channels_down();
      case 6:
        return static_cast<void>(ours_->lose_message());
      default:
        ours_->link_up();
        return ours_->channels_up();
    }
  }
  /// What a channel lost without a sign is missed when the channel is there again.
  void heal() {
    ours_->channels_down();
    ours_->link_up();
    ours_->channels_up();
    for (const auto& name : rooms_) ours_->regain("roomd:{r:" + name + "}");
  }

  // --- on the test's thread ---

  void act(strict_member& m) {
    const auto& room = rooms_[dice_.below(rooms_.size())];
    const auto how = std::array{"since", "since", "last", ""}[dice_.below(4)];
    switch (dice_.below(12)) {
      case 0:
        return m.wire().stick(dice_.one_in(2));
      case 1:
        return m.wire().take(dice_.below(200000));
      case 2:
        return m.wire().say(m.history(room));
      case 3:
        return m.wire().say(m.publish(room, std::string(dice_.below(2000), 'x')));
      case 4:
      case 5:
        return m.wire().say(m.leave(room));
      case 6:
      case 7:
        return m.wire().say({m.join(room, how), m.leave(room)});
      default:
        return m.in(room).in ? void() : m.wire().say(m.join(room, how));
    }
  }
  std::string fault_of_members() const {
    for (const auto& m : members_)
      if (!m.fault().empty()) return m.fault();
    return {};
  }
  std::string who_is_behind() {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      auto& m = members_[i];
      if (m.waits()) return "member " + std::to_string(i) + " waits for an answer";
      for (const auto& room : rooms_) {
        if (!m.in(room).in) {
          m.wire().say(m.join(room, "since"));
          return "member " + std::to_string(i) + " is not in " + room;
        }
        const auto& kept = server_.rooms.at("roomd:{r:" + room + "}");
        if (m.in(room).at != position{kept.epoch, kept.head})
          return "member " + std::to_string(i) + " stands at " + std::to_string(m.in(room).at.seq) + " of " +
                 room + ", whose head is " + std::to_string(kept.head);
      }
    }
    return {};
  }

  dice dice_;
  store::test::fake_redis server_;
  const store::redis_settings bounds_{"roomd:", retention{{200, 4000000, 1h}, {100, 1h, 100000}}};
  std::unique_ptr<store::test::fake_node> ours_ = make_node("first-node");
  std::unique_ptr<store::test::fake_node> idle_ = make_node("empty-node");  ///< the other shard's
  std::unique_ptr<store::test::fake_node> other_ = make_node("other-node");
  store::test::listening_room listening_;
  std::array<std::string, 3> rooms_;
  std::vector<std::unique_ptr<store::room_store>> theirs_;
  rig node_{settings(), [this, first = true](const rig::engine_ptr&) mutable {
              return std::make_unique<moved_engine>(std::exchange(first, false) ? *ours_ : *idle_);
            }};
  std::vector<strict_member> members_;
};

}  // namespace roomd::actors::testing
