// The life of one connection of a shard to one Redis server: waits its turn, connects, greets, is up, is lost, and
// begins again, until it is stopped. What it is used for is said by its kinds: `redis_link` for commands,
// `redis_subscriber` for channels, `redis_sentinel` for what a sentinel knows. What a shard's turn has for the server
// leaves in one write.
//
// Made and used on the shard's thread, and stopped before the shard's io_context ends; after that it may be destroyed
// anywhere. It may be stopped from its own callbacks, but not destroyed. Its end tells nobody: who has asked something
// calls stop() first. A fault of the server's, a deadline that is over or an exception costs the connection, never more.
//
// A name may have several addresses. One that cannot be connected to, or that refuses us, comes last in the next attempts,
// until all have been tried. The password's file is read for every attempt, so a changed one needs no other step.
//
// Logs `redis.up server= use=` and `redis.down server= use= reason= retry_ms= advice=`, the latter only when the reason
// changes or it was up. Nothing that the server says, and no credentials, get into a log.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "actors/redis_lookup.hpp"
#include "actors/redis_socket.hpp"
#include "actors/redis_tls.hpp"
#include "actors/shard.hpp"
#include "core/timing_wheel.hpp"
#include "core/turn.hpp"
#include "store/backoff.hpp"
#include "store/redis_greeting.hpp"
#include "store/redis_reader.hpp"

namespace roomd::actors {

struct redis_server {
  std::string host;  ///< a name or an address; empty: nobody knows yet, move_to() will say it
  std::uint16_t port = 6379;
  store::redis_access access = {};
  std::string password_file = {};            ///< where the password is read anew; empty: `access` has it
  redis_tls_ptr tls = {};                    ///< null: plain
  std::string server_name = {};              ///< in its certificate; empty: `host`
  bool clustered = false;                    ///< it serves some slots of a Redis Cluster
  bool replica_too = false;                  ///< it is asked nothing that only a master knows
  redis_lookup::function look_up = nullptr;  ///< null: as the system does
};

/// HOST:PORT, with brackets around IPv6.
std::string address_of(const redis_server& server);

/// The first line of the file; nothing where it cannot be read.
std::optional<std::string> read_redis_password(const std::string& file);

struct redis_timing {
  std::chrono::milliseconds connect{3000};   ///< for look-up, connection, TLS and greeting together
  std::chrono::milliseconds reply{2000};     ///< from handing a command over to its reply
  std::chrono::milliseconds watchdog{1000};  ///< between two looks at the server, idle or not
  store::backoff::bounds retry{std::chrono::milliseconds(100), std::chrono::milliseconds(2000)};
};

class redis_connection : private redis_socket::observer, private wheel_timer, private turn_end {
 public:
  redis_connection(const redis_connection&) = delete;
  redis_connection& operator=(const redis_connection&) = delete;

  void start();
  /// Ends the connection and makes no other.
  void stop();
  /// Another server has taken the place of this one: the connection is lost, and the next attempt is made at once. Where
  /// it is there already nothing happens.
  void move_to(const std::string& host, std::uint16_t port);
  /// A server that serves and is of use, and that we have greeted.
  bool is_up() const { return phase_ == phase::up; }
  const redis_server& server() const { return server_; }
  /// While it is not up: why, one word, as in the log; empty: nothing is known yet.
  const std::string& reason() const { return last_reason_; }
  /// Of memory, for its socket and what that has not written.
  std::size_t socket_bytes() const { return socket_ ? socket_->bytes() : 0; }

 protected:
  using server_kind = store::redis_greeting::server;

  /// `use`: for the log.
  redis_connection(shard& home, redis_server server, const redis_timing& timing, std::string_view use,
                   server_kind kind = server_kind::master);
  ~redis_connection() override;

  /// What the server `said` when it was greeted, at `asked`.
  virtual void on_up(const store::redis_greeting& said, time_point asked) = 0;
  /// It was up, and is no more.
  virtual void on_down() = 0;
  virtual void on_input(std::string_view bytes) = 0;
  /// What has to go to the server, once.
  virtual std::string take_output() = 0;
  /// Time to ask the server how it is.
  virtual void look() = 0;
  /// When the oldest reply is overdue.
  virtual std::optional<time_point> deadline() const = 0;

  /// There is output, for the end of this turn.
  void has_output();
  /// The same for the end of the next one.
  void has_output_next();
  /// The server is found to be well: an attempt after this connection need not wait long.
  void well() { backoff_.reset(); }
  /// Hands each reply in the bytes to `take` as long as it is up. A stream that makes no sense costs the connection.
  template <class F>
  void hand_out(store::redis_reader& reader, std::string_view bytes, F&& take) {
    reader.feed(bytes);
    while (is_up()) {
      const auto reply = reader.next();
      if (!reply) break;
      take(*reply);
    }
    if (is_up() && !reader.fault().empty()) cut("protocol");
  }
  /// Loses the connection and tries again after a while. `why`: one word for the log.
  void cut(std::string_view why) noexcept;
  time_point now() const { return home_.now(); }
  const redis_timing& timing() const { return timing_; }

 private:
  enum class phase : std::uint8_t { stopped, waiting, connecting, greeting, up };

  void on_socket_open() override;
  void on_socket_input(std::string_view bytes) override;
  void on_socket_written() override;
  void on_socket_end(std::string_view why) noexcept override { cut(why); }
  void on_timer(time_point now) override;
  void on_turn_end() noexcept override;

  void attempt();
  void connect(redis_lookup::addresses where);
  store::redis_access read_access();
  void lose(std::string_view why, std::chrono::milliseconds retry) noexcept;
  void greeted();
  void watch(time_point now);
  void arm();
  void drop_socket() noexcept;
  void report(std::string_view why, std::chrono::milliseconds wait, bool was_up);
  template <class F>
  void guarded(F&& step) noexcept;

  shard& home_;
  redis_server server_;
  redis_timing timing_;
  std::string use_;
  server_kind kind_;
  phase phase_ = phase::stopped;
  redis_lookup lookup_;
  redis_lookup::addresses shunned_;  ///< that failed since it was up
  std::shared_ptr<redis_socket> socket_;
  std::optional<store::redis_greeting> greeting_;
  time_point greeted_at_{};
  time_point next_look_{};
  store::backoff backoff_;
  std::mt19937 random_;
  std::string last_reason_;
};

}  // namespace roomd::actors
