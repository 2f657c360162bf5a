// A Redis engine over a real server, moved on by the test: one blocking connection for commands, one for channels. The
// scripts are the daemon's but for their clock, which the test sets.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "protocol/message_text.hpp"
#include "store/redis_command.hpp"
#include "store/redis_engine.hpp"
#include "store/redis_reader.hpp"

namespace roomd::actors::testing {

/// Throws where the server says nothing for a minute.
class blocking_redis {
 public:
  explicit blocking_redis(std::uint16_t port) {
    const timeval patience{60, 0};
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    there.sin_port = htons(port);
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0)
      throw std::runtime_error("no redis-server");
  }
  blocking_redis(const blocking_redis&) = delete;
  blocking_redis& operator=(const blocking_redis&) = delete;
  ~blocking_redis() { ::close(fd_); }

  void send(std::span<const std::string_view> words) {
    std::string_view left;
    const auto command = store::format_redis_command(words);
    for (left = command; !left.empty();) {
      const auto sent = ::send(fd_, left.data(), left.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("redis-server has gone");
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void send(std::initializer_list<std::string_view> words) { send(std::span(words.begin(), words.size())); }
  store::redis_reply next() {
    for (;;) {
      if (auto reply = reader_.next()) return std::move(*reply);
      char bytes[4096];
      const auto n = ::recv(fd_, bytes, sizeof bytes, 0);
      if (n <= 0 || !reader_.fault().empty()) throw std::runtime_error("no reply of redis-server's");
      reader_.feed({bytes, static_cast<std::size_t>(n)});
    }
  }
  store::redis_reply ask(std::initializer_list<std::string_view> words) {
    send(words);
    return next();
  }

 private:
  int fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  store::redis_reader reader_{{std::size_t{64} << 20U, 100000}};
};

class server_node final : public store::redis_port {
 public:
  server_node(std::uint16_t port, const store::redis_settings& settings, const std::string& word)
      : commands_(port),
        channels_(port),
        engine_(settings, *this, protocol::make_sealer(), protocol::make_codec(), word) {
    commands_.ask({"FLUSHALL"});
  }

  store::redis_engine& engine() { return engine_; }

  /// The server's time for everything that is sent from now on, and ours.
  void set_clock(store::moment when) {
    settle_commands();
    now_ = when;
    commands_.ask({"MSET", "clock:s", std::to_string(when.wall / 1000), "clock:us",
                   std::to_string(when.wall % 1000 * 1000)});
  }
  /// Until nothing is under way.
  void settle() {
    while (settle_commands() || settle_channels()) {
    }
  }

  // --- redis_port ---

  bool run(const store::redis_script& script, words keys, words arguments, handler done) override {
    const std::string text = clocked(script.text);
    const std::string count = std::to_string(keys.size());
    std::vector<std::string_view> all{"EVAL", text, count};
    all.insert(all.end(), keys.begin(), keys.end());
    all.insert(all.end(), arguments.begin(), arguments.end());
    return submit(all, std::move(done));
  }
  bool submit(words command, handler done) override {
    commands_.send(command);
    waiting_.push_back(std::move(done));
    return true;
  }
  const std::string& generation(std::string_view) const override { return generation_; }
  void learn_generation(std::string_view, std::string_view g) override { generation_ = g; }
  bool subscribe(std::string_view channel) override {
    if (there_.contains(std::string(channel))) return true;
    channels_.send({"SSUBSCRIBE", channel});
    return false;
  }
  void unsubscribe(std::string_view channel) override { channels_.send({"SUNSUBSCRIBE", channel}); }
  bool up(std::string_view) const override { return true; }
  store::moment now() const override { return now_; }

 private:
  static std::string clocked(std::string_view script) {
    constexpr std::string_view server_clock = "call('TIME')";
    std::string text(script);
    if (const auto at = text.find(server_clock); at != text.npos)
      text.replace(at, server_clock.size(), "call('MGET', 'clock:s', 'clock:us')");
    return text;
  }

  bool settle_commands() {
    bool some = false;
    for (; !waiting_.empty(); some = true) {
      auto reply = commands_.next();
      const auto done = std::move(waiting_.front());
      waiting_.pop_front();
      done(std::move(reply));
    }
    return some;
  }
  /// What was said on our channels before now.
  bool settle_channels() {
    bool some = false;
    channels_.send({"PING", "seen all"});
    for (;;) {
      const auto said = channels_.next();
      const auto& what = said.items.empty() ? said.text : said.items.at(0).text;
      if (what == "pong" || what == "seen all") return some;
      some = true;
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

  blocking_redis commands_, channels_;
  std::deque<handler> waiting_;
  std::set<std::string> there_;
  std::string generation_;
  store::moment now_{};
  store::redis_engine engine_;
};

}  // namespace roomd::actors::testing
