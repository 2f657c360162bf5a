// One node's Redis engine over real servers, with rooms that write down what they hear. What happens on its shard is
// told by values that the test's thread asks for; each waits with a deadline.
#pragma once

#include <algorithm>
#include <functional>
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
  void on_unavailable(const error&) override { refused = true; }
  void on_message(const message_ptr& m) override {
    if (m->seq != 0) sound = sound && m->seq == store->log({}).head();
    texts.push_back(text_of(*m));
  }
  void on_numbering(const position& at, bool child) override {
    numberings.push_back((child ? "child " : "new ") + at.epoch + '@' + std::to_string(at.seq));
    sound = sound && child;
  }
  void on_word(std::string_view text) override { words.emplace_back(text); }
  void on_words() override {}
  bool wants_deflated() const override { return false; }

  static std::string text_of(const message& m) {
    const std::string_view all = m.native.payload();
    const auto begin = all.find("\"data\":\"") + 8;
    return std::string(all.substr(begin, all.find('"', begin) - begin));
  }

  bool open = false;
  bool refused = false;                 ///< it could not be opened, for a while at least
  bool sound = true;                    ///< no number was left out, and no numbering began anew
  std::vector<std::string> numberings;  ///< that were told: `child EPOCH@SEQ` or `new EPOCH@SEQ`
  std::vector<std::string> texts;       ///< in the order in which they came
  std::vector<std::string> words;
  std::vector<std::string> acknowledged;
  std::size_t asked = 0, answered = 0;
  std::size_t early = 0;  ///< answered with a number of which the room had not heard
  std::unique_ptr<store::room_store> store;
};

/// A node's plan with a test's bounds and patience. Rooms called `few…` keep three messages.
inline redis_plan test_plan(std::vector<redis_server> servers) {
  const retention most{{1000, 1000000, 1h}, {1000, 1h, 1000000}}, few{{3, 1000000, 1h}, most.dedup};
  redis_plan plan{.servers = std::move(servers), .rooms = {"roomd:", {most, {{"few*", few}}}}};
  plan.timing = {.connect = 3s, .reply = 2s, .watchdog = 200ms, .retry = {10ms, 200ms}};
  return plan;
}
inline redis_plan cluster_plan(std::vector<redis_server> seeds) {
  auto plan = test_plan(std::move(seeds));
  plan.cluster = true;
  return plan;
}
inline redis_plan sentinel_plan(redis_sentinel_plan sentinels) {
  auto plan = test_plan({{}});
  plan.sentinels = std::move(sentinels);
  return plan;
}

class redis_node final : private wheel_timer {
 public:
  using rooms_t = std::map<std::string, noted_room>;
  using told = std::function<void(const result<store::receipt>&)>;

  explicit redis_node(redis_plan plan) : word_(random_id(12)) {
    plan.word = word_;
    runtime_.on(0, [&] {
      auto& home = runtime_.at(0);
      plan.leases = std::make_shared<node_leases>(home, word_, "roomd:{leases}", 2s);
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
    with(name, [&](noted_room& room) { append(room, text, {}); });
  }
  /// Waits for what becomes of it.
  result<store::receipt> published(const std::string& name, const std::string& text,
                                   const std::string& key = {}) {
    const auto answer = make_outcome<result<store::receipt>>();
    with(name,
         [&](noted_room& room) { append(room, text, key, [answer](const auto& r) { answer->set(r); }); });
    return answer->await();
  }
  /// As a client does: with the same key, until it is acknowledged.
  store::receipt insist(const std::string& name, const std::string& text) {
    std::optional<store::receipt> got;
    REQUIRE(comes_true([&] {
      if (const auto r = published(name, text, text)) got = *r;
      return got.has_value();
    }));
    return *got;
  }
  /// Some into every room at every sweep, as long as the answers come, until told otherwise.
  void publish_on(bool on) {
    runtime_.on(0, [&] { return busy_ = on; });
  }
  /// To who is there.
  void send(const std::string& name, const std::string& text) {
    with(name, [&](noted_room& room) {
      auto what = draft_of(text, {});
      what.ephemeral = true;
      room.store->send(std::move(what), moment_of(runtime_.at(0)));
    });
  }
  void say(const std::string& name, const std::string& word) {
    with(name, [&](noted_room& room) { room.store->say(word); });
  }
  /// The texts of a page of what is kept.
  std::vector<std::string> page(const std::string& name, const store::page_range& range) {
    const auto answer = make_outcome<std::vector<std::string>>();
    with(name, [&](noted_room& room) {
      room.store->read(range, [answer](const result<store::room_store::pages>& found) {
        std::vector<std::string> texts;
        for (const auto& m : found ? *found : store::room_store::pages())
          texts.push_back(noted_room::text_of(*m));
        answer->set(std::move(texts));
      });
    });
    return answer->await();
  }
  template <class F>
  auto look(F f) {
    return runtime_.on(0, [&] { return f(std::as_const(rooms_)); });
  }
  template <class F>
  bool eventually(F f) {
    return comes_true([&] { return look(f); });
  }
  shard_stats stats() {
    return runtime_.on(0, [&] {
      shard_stats now;
      bridge_->count(now);
      return now;
    });
  }
  std::string problem() {
    return runtime_.on(0, [&] { return bridge_->problem(); });
  }
  /// `wanted`, once the problem begins so, whatever advice stands behind it; empty: there is none any more.
  std::string problem_becomes(const std::string& wanted) {
    const auto is_so = [&](const std::string& now) {
      return wanted.empty() ? now.empty() : now.starts_with(wanted);
    };
    eventually([&](const rooms_t&) { return is_so(bridge_->problem()); });
    const auto now = problem();
    return is_so(now) ? wanted : now;
  }
  std::uint64_t refusals(const std::string& word) {
    return runtime_.on(0, [&] {
      shard_stats n;
      bridge_->count(n);
      const auto found = n.engine_refusals.find(word);
      return found == n.engine_refusals.end() ? 0 : found->second;
    });
  }
  int ended() {
    return runtime_.on(0, [&] { return ended_; });
  }
  std::vector<std::string> faults() const { return runtime_.faults(); }

 private:
  static constexpr auto sweeps = 100ms;
  static constexpr int burst = 6;

  void on_timer(time_point now) override {
    runtime_.at(0).set_timer(*this, now + sweeps);
    bridge_->sweep(moment_of(runtime_.at(0)));
    if (!busy_) return;
    for (auto& [name, room] : rooms_) {
      for (int i = 0; room.open && i < burst && room.asked - room.answered < 20; ++i)
        append(room, name + '-' + word_ + '-' + std::to_string(room.asked), {});
    }
  }
  static draft draft_of(const std::string& text, const std::string& key) {
    protocol::publish_command c;
    const std::string data = '"' + text + '"';
    c.room = "a";
    c.event = "e";
    c.data = data;
    c.key = key;
    return protocol::make_draft(c, "user", "session");
  }
  void append(noted_room& room, const std::string& text, const std::string& key, const told& tell = {}) {
    ++room.asked;
    room.store->append(draft_of(text, key), moment_of(runtime_.at(0)),
                       [&room, text, tell](const result<store::receipt>& r) {
                         ++room.answered;
                         if (r) room.acknowledged.push_back(text);
                         if (r && !r->duplicate && r->at.seq > room.store->log({}).head()) ++room.early;
                         if (tell) tell(r);
                       });
  }
  template <class F>
  void with(const std::string& name, F f) {
    runtime_.on(0, [&] {
      f(rooms_.at(name));
      return true;
    });
  }

  const std::string word_;
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
