// A link or a subscriber on a shard of its own, started by the test, and what it says, one line each: `up`, `down`, `on CHANNEL`,
// `CHANNEL: payload`, and for a command what the test calls it: `name=reply`, `name!error` or `name?` where there was no
// answer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/redis_link.hpp"
#include "actors/redis_subscriber.hpp"

#include "support.hpp"

namespace roomd::actors::testing {

/// Lines from the shard's thread to the test's.
class redis_news {
 public:
  void add(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    some_.notify_one();
  }
  std::string next() {
    std::unique_lock lock(mutex_);
    if (!some_.wait_for(lock, deadline, [this] { return !lines_.empty(); })) return "nothing";
    auto line = std::move(lines_.front());
    lines_.pop_front();
    return line;
  }
  /// Skips what comes before it.
  bool until(const std::string& line) {
    for (;;) {
      const auto heard = next();
      if (heard == line) return true;
      if (heard == "nothing") return false;
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable some_;
  std::deque<std::string> lines_;
};

inline std::string line_of(const std::string& name, const result<store::redis_reply>& r) {
  using kind = store::redis_reply::kind;
  if (!r) return name + '?';
  if (r->what == kind::error) return name + '!' + r->text.substr(0, r->text.find(' '));
  if (r->what == kind::integer) return name + '=' + std::to_string(r->integer);
  std::string text = name + '=' + r->text;
  for (const auto& item : r->items) text += item.text + ',';
  return text;
}

/// Nothing happens by itself, and attempts come at once.
inline redis_timing calm() { return {.connect = 1h, .reply = 1h, .watchdog = 1h, .retry = {1ms, 20ms}}; }

inline redis_server at_port(std::uint16_t port) { return {.host = "127.0.0.1", .port = port}; }

/// Makes, uses and ends a connection on the shard's thread.
template <class Connection>
class redis_rig : public Connection::observer {
 public:
  using bounds = typename Connection::bounds;

  explicit redis_rig(redis_server server, const redis_timing& timing = calm(), const bounds& b = {}) {
    on_shard([&] { connection_.emplace(runtime_.at(0), std::move(server), timing, b, *this); });
  }
  void start() {
    on_shard([this] { connection_->start(); });
  }
  ~redis_rig() { end(); }

  template <class F>
  void on_shard(F f) {
    runtime_.on(0, [&] {
      f();
      return true;
    });
  }
  template <class F>
  auto ask(F f) {
    return runtime_.on(0, [&] { return f(*connection_); });
  }
  /// Without a word to anyone.
  void end() {
    on_shard([this] { connection_.reset(); });
  }
  std::vector<std::string> faults() const { return runtime_.faults(); }

  redis_news news;
  std::function<void(Connection&)> when_up = [](Connection&) {};

  void on_redis_up() override {
    news.add("up");
    when_up(*connection_);
  }
  void on_redis_down() override { news.add("down"); }

 private:
  runtime runtime_{1};
  std::optional<Connection> connection_;
};

class link_rig final : public redis_rig<redis_link> {
 public:
  using redis_rig::redis_rig;
  ~link_rig() { end(); }

  /// False: it was not taken.
  bool submit(const std::vector<std::string_view>& words, const std::string& name) {
    return ask([&](redis_link& l) {
      return l.submit(words, [this, name](const auto& r) { news.add(line_of(name, r)); });
    });
  }
  bool run(const store::redis_script& script, const std::vector<std::string_view>& keys,
           const std::vector<std::string_view>& arguments, const std::string& name) {
    return ask([&](redis_link& l) {
      return l.run(script, keys, arguments, [this, name](const auto& r) { news.add(line_of(name, r)); });
    });
  }
  std::string generation() {
    return ask([](const redis_link& l) { return l.generation(); });
  }
  void learn(std::string_view generation) {
    ask([&](redis_link& l) {
      l.learn_generation(generation);
      return true;
    });
  }
};

class subscriber_rig final : public redis_rig<redis_subscriber> {
 public:
  using redis_rig::redis_rig;
  ~subscriber_rig() { end(); }

  void subscribe(const std::string& channel) {
    ask([&](redis_subscriber& s) {
      s.subscribe(channel);
      return true;
    });
  }
  void unsubscribe(const std::string& channel) {
    ask([&](redis_subscriber& s) {
      s.unsubscribe(channel);
      return true;
    });
  }
  void on_redis_subscribed(std::string_view channel) override { news.add("on " + std::string(channel)); }
  void on_redis_message(std::string_view channel, std::string_view payload) override {
    news.add(std::string(channel) + ": " + std::string(payload));
  }
};

}  // namespace roomd::actors::testing
