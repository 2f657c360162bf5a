// A Redis engine over real servers, moved on by the test: to each server one blocking connection for commands, one for
// channels. The scripts are the daemon's but for their clock, which the test sets.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/message_text.hpp"
#include "store/redis_engine.hpp"

#include "redis_client.hpp"

namespace roomd::actors::testing {

class server_node final : public store::redis_port {
 public:
  using place_of = std::function<std::size_t(std::string_view key)>;

  /// `where`: which of the servers has a key.
  server_node(const std::vector<std::uint16_t>& ports, place_of where, const store::redis_settings& settings,
              const std::string& word)
      : where_(std::move(where)),
        engine_(settings, *this, protocol::make_sealer(), protocol::make_codec(), word) {
    for (const auto port : ports) places_.emplace_back(port);
  }

  store::redis_engine& engine() { return engine_; }

  /// The servers' time for everything that is sent from now on, and ours.
  void set_clock(store::moment when) {
    settle_commands();
    now_ = when;
  }
  /// Until nothing is under way.
  void settle() {
    while (settle_commands() || settle_channels()) {
    }
  }

  // --- redis_port ---

  bool run(const store::redis_script& script, words keys, words arguments, store::redis_want,
           handler done) override {
    const std::string text = clocked(script.text);
    const std::string count = std::to_string(keys.size());
    std::vector<std::string_view> all{"EVAL", text, count};
    all.insert(all.end(), keys.begin(), keys.end());
    all.insert(all.end(), arguments.begin(), arguments.end());
    send(at(keys.front()), all, std::move(done));
    return true;
  }
  bool submit(words command, store::redis_want, handler done) override {
    send(at(command[1]), command, std::move(done));
    return true;
  }
  bool is_free(std::string_view, store::redis_want) const override { return true; }
  void wait(std::string_view, store::redis_want, std::weak_ptr<store::redis_waiter>) override {}
  const std::string& generation(std::string_view key) const override {
    return places_[where_(key)].generation;
  }
  void learn_generation(std::string_view key, std::string_view g) override { at(key).generation = g; }
  bool subscribe(std::string_view channel) override {
    if (there_.contains(std::string(channel))) return true;
    at(channel).channels.send(std::vector<std::string_view>{"SSUBSCRIBE", channel});
    return false;
  }
  void unsubscribe(std::string_view channel) override {
    there_.erase(std::string(channel));  // whoever subscribes before this is confirmed has to ask again
    at(channel).channels.send(std::vector<std::string_view>{"SUNSUBSCRIBE", channel});
  }
  bool hears(std::string_view channel) const override { return there_.contains(std::string(channel)); }
  bool listens(std::string_view) const override { return true; }
  bool up(std::string_view) const override { return true; }
  store::moment now() const override { return now_; }
  unix_ms server_time(std::string_view) const override { return now_.wall; }

 private:
  struct place {
    explicit place(std::uint16_t port) : commands(port), channels(port) {}
    redis_client commands, channels;
    std::deque<handler> waiting;
    std::string generation;
  };

  place& at(std::string_view key) { return places_[where_(key)]; }
  static void send(place& to, words command, handler done) {
    to.commands.send(command);
    to.waiting.push_back(std::move(done));
  }
  /// The time stands in the script itself: a key that held it would be in another slot than the room's.
  std::string clocked(std::string_view script) const {
    constexpr std::string_view server_clock = "call('TIME')";
    const std::string ours =
        "({'" + std::to_string(now_.wall / 1000) + "', '" + std::to_string(now_.wall % 1000 * 1000) + "'})";
    std::string text(script);
    for (auto found = text.find(server_clock); found != text.npos; found = text.find(server_clock))
      text.replace(found, server_clock.size(), ours);
    return text;
  }

  bool settle_commands() {
    bool some = false;
    for (auto& each : places_)
      for (; !each.waiting.empty(); some = true) {
        auto reply = each.commands.next();
        const auto done = std::move(each.waiting.front());
        each.waiting.pop_front();
        done(std::move(reply));
      }
    return some;
  }
  /// What was said on our channels before now.
  bool settle_channels() {
    bool some = false;
    for (auto& each : places_) some = settle_channels(each.channels) || some;
    return some;
  }
  bool settle_channels(redis_client& channels) {
    channels.send(std::vector<std::string_view>{"PING", "seen all"});
    for (bool some = false;; some = true) {
      const auto said = channels.next();
      const auto& what = said.items.empty() ? said.text : said.items.at(0).text;
      if (what == "pong" || what == "seen all") return some;
      const std::string& channel = said.items.at(1).text;
      if (what == "ssubscribe") {
        there_.insert(channel);
        engine_.on_subscribed(channel);
      } else if (what == "sunsubscribe") {
        there_.erase(channel);
      } else {
        engine_.on_channel_message(channel, said.items.at(2).text);
      }
    }
  }

  place_of where_;
  std::deque<place> places_;
  std::set<std::string> there_;
  store::moment now_{};
  store::redis_engine engine_;
};

}  // namespace roomd::actors::testing
