// A node's network side with nothing behind it: one shard on the test's own thread, a clock that the test moves, fake
// sessions and fake queries; and a client that speaks raw bytes over loopback. Whoever waits turns the loop
// meanwhile, so nothing here runs at once with anything else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "core/timing_wheel.hpp"
#include "net/bind.hpp"
#include "net/server.hpp"

struct ssl_st;

namespace roomd::net_test {

/// Writes down what it hears.
class fake_session final : public transport_listener {
 public:
  transport_ptr link;
  net::peer who;
  std::vector<std::string> heard;  ///< `text:…`, `binary`, `alive`, `blocked`, `progress`, `closed`
  std::function<void(std::string_view)> when_text = [](std::string_view) {};

  void on_text(std::string_view text) override;
  void on_binary() override { heard.emplace_back("binary"); }
  void on_alive() override { heard.emplace_back("alive"); }
  void on_blocked() override { heard.emplace_back("blocked"); }
  void on_progress() override { heard.emplace_back("progress"); }
  void on_closed() override;
  std::size_t count(std::string_view what) const;
};

struct fake_queries final : queries {
  /// A user with the ids of his sessions.
  struct member {
    std::string user;
    std::string info;
    std::vector<std::string> sessions;
  };
  std::vector<member> members;         ///< in order
  std::size_t outbox = 262144;         ///< session.outbox_bytes
  std::optional<error> members_fault;  ///< why the list cannot be known
  bool serves = true;
  std::uint64_t unserved = 0;
  bool answers = true;  ///< false: the question waits in `waiting`
  std::vector<std::function<void()>> waiting;
  std::vector<std::string> asked;
  shard_stats* counters = nullptr;

  void users(std::string room, member_query query,
             std::function<void(result<member_page_ptr>)> done) override;
  void stats(std::function<void(std::vector<shard_stats>)> done) override { done({*counters}); }
  void readiness(std::function<void(const node_readiness&)> done) override {
    done({serves ? "" : "the node starts or drains", unserved});
  }
};

class node final : public net::shard_services {
 public:
  explicit node(config::settings s = {}, net::tls_context_ptr tls = nullptr);
  ~node() override;

  time_point now() const override { return now_; }
  void set_timer(wheel_timer& t, time_point deadline) override { wheel_.set(t, deadline); }
  void cancel_timer(wheel_timer& t) override { wheel_.cancel(t); }

  /// One turn of the loop; waits a moment where nothing is to be done.
  void turn();
  /// Turns until it is true; false after a real-time deadline that only a fault reaches.
  bool until(const std::function<bool()>& condition);
  /// Moves the clock and lets the timers fire.
  void pass(std::chrono::milliseconds t);
  /// The same, as it is when the process was stopped: the timers fire before anything is read or sent.
  void stand_still(std::chrono::milliseconds t);
  fake_session& session() { return *sessions.back(); }

  boost::asio::io_context io{1};
  turn_queue turns;
  shard_stats stats;
  fake_queries api;
  net::node_state state;
  std::vector<std::shared_ptr<fake_session>> sessions;
  std::function<void()> when_opened = [] {};
  std::unique_ptr<net::server> server;
  std::uint16_t port = 0;

 private:
  time_point now_;
  timing_wheel wheel_;
};

struct wire_frame {
  unsigned opcode = 0;
  std::string payload;
};

/// A TCP client that writes and reads bytes as it is told.
class client {
 public:
  /// `receive_buffer`: SO_RCVBUF, where the test wants a peer that takes little. `from`: the last number of its address,
  /// 127.0.0.1 or another one.
  explicit client(node& n, int receive_buffer = 0, std::uint32_t from = 1);
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  ~client();

  void start_tls();
  /// Its first bytes only; `start_tls` goes on.
  void begin_tls();
  /// Says TLS's last word, and whether the server's came.
  void end_tls();
  bool tls_ended();
  void send(std::string_view bytes);
  /// What the kernel takes now; how much that was.
  std::size_t send_some(std::string_view bytes);
  /// Returns when the server's kernel has all of it, without a turn of the server's loop.
  void send_unread(std::string_view bytes);
  /// What has come so far; turns the loop until `condition` holds for it.
  bool until(const std::function<bool(const std::string&)>& condition);
  /// Everything until the server ends the connection.
  std::string rest();
  bool ended();
  bool was_reset() const { return reset_; }
  /// Reads what the server's kernel has, while the server's loop stands.
  void take_all();
  /// The next HTTP response, headers and body, taken out of what has come.
  std::string response(bool head = false);
  /// The next WebSocket frame, taken out of what has come. `op::none`: none came.
  wire_frame frame();
  void half_close();

  /// Sends an upgrade for /v1/ws and takes the answer.
  std::string upgrade(std::string_view more_headers = {}, std::string_view target = "/v1/ws");

  std::string in;  ///< received, not taken yet

 private:
  void receive();
  void await_delivery();
  node& node_;
  int fd_;
  ssl_st* ssl_ = nullptr;
  bool ended_ = false;
  bool reset_ = false;
};

namespace op {
inline constexpr unsigned text = 1, binary = 2, close = 8, ping = 9, pong = 10, none = 99;
}

/// A client's frame, masked; or one whose first byte (flags and opcode) is the test's own.
std::string masked(unsigned opcode, std::string_view payload, bool fin = true);
std::string raw_frame(std::uint8_t first, std::string_view payload);
std::string close_payload(unsigned code);
unsigned code_of(const wire_frame& f);

inline std::string get(std::string_view target, std::string_view more_headers = {}) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + std::string(more_headers) +
         "\r\n";
}
/// The number of a response's status line; 0 where there is none.
int status_of(std::string_view response);
std::string body_of(const std::string& response);
inline bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace roomd::net_test
