// One node of a test: its connections to a fake_redis, the engine over them, and how the test moves them on.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/message_text.hpp"
#include "store/redis_engine.hpp"

#include "unit/store/fake_redis.hpp"

namespace roomd::store::test {

class fake_node final : public redis_port {
 public:
  fake_node(fake_redis& server, const redis_settings& settings, const std::string& word)
      : server_(server), engine_(settings, *this, protocol::make_sealer(), protocol::make_codec(), word) {
    server_.listeners.insert(&hears_);
  }
  ~fake_node() { server_.listeners.erase(&hears_); }
  fake_node(const fake_node&) = delete;
  fake_node& operator=(const fake_node&) = delete;

  redis_engine& engine() { return engine_; }

  /// At most so many commands may be under way.
  std::size_t most_commands = 1000000;
  std::chrono::steady_clock::time_point clock{std::chrono::hours(1000)};
  /// A channel that nobody wants any more stays, for the case that somebody wants it again at once.
  bool slow_to_leave = false;
  /// Scripts and commands that were sent, for tests that count them.
  std::size_t sent = 0;

  // --- as the test moves it ---

  bool carry_out() {
    if (commands_.empty()) return false;
    auto c = std::move(commands_.front());
    commands_.pop_front();
    auto answer = call(c);
    replies_.push_back({c.key(), std::move(answer), std::move(c.done)});
    return true;
  }
  /// The script that is carried out next.
  const redis_script* next() const { return commands_.empty() ? nullptr : commands_.front().script; }
  bool answer() {
    if (replies_.empty()) return false;
    auto [key, r, done] = std::move(replies_.front());
    replies_.pop_front();
    if (r.is_error("READONLY") || r.is_error("MOVED")) generation_.clear();
    done(std::move(r));
    return true;
  }
  /// The next reply is this one instead. False: there is none.
  bool falsify(redis_reply r) {
    if (replies_.empty()) return false;
    replies_.front().what = std::move(r);
    return true;
  }
  /// The next one who waits for it.
  bool give_turn() {
    const bool fits = commands_.size() + replies_.size() < most_commands;
    const auto turn = waiting_.next(fits, fits);
    if (turn) turn->who->on_turn(turn->what);
    return turn.has_value();
  }
  std::size_t waiting() const { return waiting_.waiting(); }
  bool hear() {
    if (news_.empty()) return false;
    const auto [confirmed, channel, text] = std::move(news_.front());
    news_.pop_front();
    confirmed ? engine_.on_subscribed(channel) : engine_.on_channel_message(channel, text);
    return true;
  }
  /// The next message of a channel gets lost without a sign.
  bool lose_message() {
    if (news_.empty() || news_.front().confirmed) return false;
    news_.pop_front();
    return true;
  }
  bool move() {
    bool moved = false;
    while (carry_out()) moved = true;
    while (answer()) moved = true;
    while (hear()) moved = true;
    while (give_turn()) moved = true;
    return moved;
  }
  void pump() {
    while (move()) {
    }
  }
  moment at() const { return {clock, server_.wall}; }
  void tick() {
    engine_.sweep(at());
    do work();
    while (engine_.sweep_on(at()));
  }
  /// Tells all rooms what they have to be told.
  void work() {
    while (engine_.work(64)) {
    }
  }

  void link_down() {
    if (!std::exchange(up_, false)) return;
    generation_.clear();
    auto lost = std::exchange(commands_, {});
    auto unheard = std::exchange(replies_, {});
    for (auto& r : unheard) r.done(link_lost_);
    for (auto& c : lost) c.done(link_lost_);
    waiting_.clear();
    engine_.on_link_down();
    work();
  }
  void link_up() {
    if (std::exchange(up_, true)) return;
    engine_.on_link_up([this](std::string_view channel) { return up(channel); });
    work();
  }
  void channels_down() {
    if (!std::exchange(channels_up_, false)) return;
    there_.clear();
    news_.clear();
    engine_.on_channels_down();
    work();
  }
  void channels_up() {
    if (std::exchange(channels_up_, true)) return;
    for (const auto& channel : wanted_) {
      if (!away_.contains(channel)) confirm(channel);
    }
  }
  /// The place of one room is lost, with what is under way there.
  void lose(const std::string& channel) {
    if (!begin_to_leave(channel)) return;
    for (auto& r : take_from(replies_, channel)) r.done(link_lost_);
    for (auto& c : take_from(commands_, channel)) c.done(link_lost_);
    leave(channel);
  }
  /// One room is about to be elsewhere: what is under way is still answered.
  void hand_over(const std::string& channel) {
    if (!begin_to_leave(channel)) return;
    for (auto& r : take_from(replies_, channel)) r.done(std::move(r.what));
    for (auto& c : take_from(commands_, channel)) c.done(call(c));
    leave(channel);
  }
  /// The place of one room refuses what is under way, as the room's slot is about to be elsewhere; nobody is told yet.
  void send_on(const std::string& channel) {
    if (!begin_to_leave(channel)) return;
    const auto refusal = error_reply("ASK 7 127.0.0.1:1");
    for (auto& r : take_from(replies_, channel)) r.done(std::move(r.what));
    for (auto& c : take_from(commands_, channel)) c.done(refusal);
  }
  /// The place is back, or is another one.
  void regain(const std::string& channel) {
    if (away_.erase(channel) == 0) return;
    if (channels_up_ && wanted_.contains(channel)) confirm(channel);
    if (up_) engine_.on_link_up([channel](std::string_view each) { return each == channel; });
    work();
  }
  void forget_generation() { generation_.clear(); }
  /// A message of somebody else's.
  void overhear(const std::string& channel, const std::string& text) {
    news_.push_back({false, channel, text});
  }

  // --- redis_port ---

  bool run(const redis_script& script, words keys, words arguments, redis_want, handler done) override {
    return add({&script, {keys.begin(), keys.end()}, {arguments.begin(), arguments.end()}, std::move(done)});
  }
  bool submit(words w, redis_want, handler done) override {
    return add({nullptr, {}, {w.begin(), w.end()}, std::move(done)});
  }
  bool is_free(std::string_view key, redis_want as) const override {
    return up(key) && waiting_.nobody_before(as) && commands_.size() + replies_.size() < most_commands;
  }
  void wait(std::string_view key, redis_want as, std::weak_ptr<redis_waiter> who) override {
    if (up(key)) waiting_.wait(as, std::move(who));
  }
  const std::string& generation(std::string_view key) const override {
    return unknown_.contains(std::string(key)) ? nothing_ : generation_;
  }
  void learn_generation(std::string_view key, std::string_view generation) override {
    unknown_.erase(std::string(key));
    generation_ = generation;
  }
  bool subscribe(std::string_view channel) override {
    wanted_.emplace(channel);
    if (there_.contains(std::string(channel))) return true;
    if (channels_up_ && !away_.contains(std::string(channel))) confirm(std::string(channel));
    return false;
  }
  void unsubscribe(std::string_view channel) override {
    wanted_.erase(std::string(channel));
    if (slow_to_leave) return;
    there_.erase(std::string(channel));
    std::erase_if(news_, [&](const auto& n) { return n.channel == channel; });
  }
  bool hears(std::string_view channel) const override { return there_.contains(std::string(channel)); }
  bool listens(std::string_view channel) const override {
    return channels_up_ && !away_.contains(std::string(channel));
  }
  bool up(std::string_view key) const override { return up_ && !away_.contains(std::string(key)); }
  moment now() const override { return at(); }
  unix_ms server_time(std::string_view) const override { return server_.wall; }

 private:
  struct command {
    const redis_script* script;
    fake_redis::words keys, arguments;
    handler done;
    const std::string& key() const { return keys.empty() ? arguments[1] : keys.front(); }
  };
  struct reply {
    std::string to;
    redis_reply what;
    handler done;
    const std::string& key() const { return to; }
  };
  struct news {
    bool confirmed;
    std::string channel, text;
  };

  template <class Queue>
  static Queue take_from(Queue& all, const std::string& key) {
    Queue taken, left;
    for (auto& each : all) (each.key() == key ? taken : left).push_back(std::move(each));
    all = std::move(left);
    return taken;
  }
  bool begin_to_leave(const std::string& channel) {
    unknown_.insert(channel);
    return away_.insert(channel).second;
  }
  void leave(const std::string& channel) {
    there_.erase(channel);
    std::erase_if(news_, [&](const auto& n) { return n.channel == channel; });
    const auto which = [channel](std::string_view each) { return each == channel; };
    engine_.on_link_down(which);
    engine_.on_channels_down(which);
    work();
  }
  redis_reply call(const command& c) {
    return c.script ? server_.call(*c.script, c.keys, c.arguments) : plain(c.arguments);
  }
  bool add(command c) {
    if (!up(c.key()) || commands_.size() + replies_.size() >= most_commands) return false;
    ++sent;
    commands_.push_back(std::move(c));
    return true;
  }
  redis_reply plain(const fake_redis::words& w) {
    if (!server_.refuses.empty()) return error_reply(server_.refuses);
    if (w[0] != "SPUBLISH") return error_reply("ERR unknown command");
    server_.send(w[1], w[2]);
    return integer_reply(1);
  }
  void confirm(const std::string& channel) {
    there_.insert(channel);
    news_.push_back({true, channel, {}});
  }

  fake_redis& server_;
  redis_engine engine_;
  std::deque<command> commands_;
  std::deque<reply> replies_;
  std::deque<news> news_;
  redis_turns waiting_;
  std::set<std::string> wanted_, there_;
  std::string generation_;
  const std::string nothing_;
  const error link_lost_{errc::unavailable, "the connection to Redis is lost", {}};
  std::set<std::string> away_, unknown_;  ///< channels
  bool up_ = true;
  bool channels_up_ = true;
  const fake_redis::listener hears_ = [this](const std::string& channel, const std::string& text) {
    if (there_.contains(channel)) news_.push_back({false, channel, text});
  };
};

}  // namespace roomd::store::test
