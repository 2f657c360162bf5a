#include "actors/redis_connection.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "actors/log.hpp"

namespace roomd::actors {

std::string address_of(const redis_server& server) {
  const bool six = server.host.find(':') != server.host.npos;
  return (six ? '[' + server.host + ']' : server.host) + ':' + std::to_string(server.port);
}

redis_connection::redis_connection(shard& home, redis_server server, const redis_timing& timing,
                                   std::string_view use, server_kind kind)
    : home_(home),
      server_(std::move(server)),
      timing_(timing),
      use_(use),
      kind_(kind),
      backoff_(timing.retry),
      random_(std::random_device()()) {}

// One that is stopped may outlive its shard.
redis_connection::~redis_connection() {
  if (phase_ != phase::stopped) drop_socket();
}

/// Runs a step; an exception that leaves it costs the connection.
template <class F>
void redis_connection::guarded(F&& step) noexcept {
  try {
    step();
  } catch (const std::exception& fault) {
    log().error("redis.exception use={} what=\"{}\"", use_, fault.what());
    cut("exception");
  } catch (...) {
    cut("exception");
  }
}

// --- its life ------------------------------------------------------------------------------------------------------

void redis_connection::start() {
  if (phase_ == phase::stopped) guarded([this] { attempt(); });
}

void redis_connection::stop() {
  const bool was_up = is_up();
  drop_socket();
  home_.cancel_timer(*this);
  phase_ = phase::stopped;
  if (was_up) on_down();
}

void redis_connection::move_to(const std::string& host, std::uint16_t port) {
  if (host == server_.host && port == server_.port) return;
  if (is_up()) lose("moved", std::chrono::milliseconds(0));
  drop_socket();
  backoff_.reset();
  last_reason_.clear();
  server_.host = host;
  server_.port = port;
  if (phase_ != phase::stopped) guarded([this] { attempt(); });
}

void redis_connection::attempt() {
  if (server_.host.empty()) {
    phase_ = phase::waiting;
    return;
  }
  phase_ = phase::connecting;
  home_.set_timer(*this, now() + timing_.connect);
  auto& self = static_cast<redis_socket::observer&>(*this);
  const auto& name = server_.server_name.empty() ? server_.host : server_.server_name;
  socket_ = std::make_shared<redis_socket>(home_.io(), server_.tls, name, self);
  socket_->open(server_.host, server_.port);
}

void redis_connection::on_socket_open() {
  phase_ = phase::greeting;
  greeting_.emplace(server_.access, server_.replica_too ? server_kind::any : kind_);
  greeted_at_ = now();
  socket_->write(greeting_->take_output());
}

void redis_connection::on_socket_input(std::string_view bytes) {
  if (phase_ == phase::up) return on_input(bytes);
  switch (greeting_->receive(bytes)) {
    case store::redis_greeting::outcome::waiting:
      return;
    case store::redis_greeting::outcome::welcome:
      return greeted();
    case store::redis_greeting::outcome::refused:
      return cut(greeting_->problem());
  }
}

void redis_connection::greeted() {
  phase_ = phase::up;
  last_reason_.clear();
  log().info("redis.up server={} use={}", address_of(server_), use_);
  next_look_ = now() + timing_.watchdog;
  arm();
  on_up(*greeting_, greeted_at_);
}

void redis_connection::cut(std::string_view why) noexcept {
  if (!socket_ && phase_ != phase::connecting) return;
  const auto wait = backoff_.next(static_cast<std::uint32_t>(random_()));
  home_.set_timer(*this, now() + wait);
  lose(why, wait);
}

void redis_connection::lose(std::string_view why, std::chrono::milliseconds retry) noexcept {
  const bool was_up = is_up();
  phase_ = phase::waiting;
  drop_socket();
  guarded([&] { report(why, retry, was_up); });
  if (was_up) guarded([this] { on_down(); });
}

void redis_connection::drop_socket() noexcept {
  home_.turns().unmark(*this);
  if (socket_) socket_->close();
  socket_.reset();
}

void redis_connection::report(std::string_view why, std::chrono::milliseconds wait, bool was_up) {
  if (!was_up && why == last_reason_) return;
  last_reason_ = why;
  log().warn("redis.down server={} use={} reason={} retry_ms={}", address_of(server_), use_, why,
             wait.count());
}

// --- output --------------------------------------------------------------------------------------------------------

void redis_connection::has_output() {
  if (is_up()) home_.turns().mark(*this);
}

void redis_connection::on_socket_written() {
  if (is_up()) home_.turns().mark(*this);
}

void redis_connection::on_turn_end() noexcept {
  if (!is_up()) return;
  guarded([this] {
    arm();
    if (socket_->writing()) return;
    std::string output = take_output();
    if (!output.empty()) socket_->write(std::move(output));
  });
}

// --- time ----------------------------------------------------------------------------------------------------------

void redis_connection::on_timer(time_point at) {
  switch (phase_) {
    case phase::stopped:
      return;
    case phase::waiting:
      return guarded([this] { attempt(); });
    case phase::connecting:
    case phase::greeting:
      return cut("deadline");
    case phase::up:
      return guarded([&] { watch(at); });
  }
}

void redis_connection::watch(time_point at) {
  if (const auto due = deadline(); due && *due <= at) return cut("deadline");
  if (next_look_ <= at) {
    next_look_ = at + timing_.watchdog;
    look();
  }
  if (is_up()) arm();
}

void redis_connection::arm() {
  const auto due = deadline();
  home_.set_timer(*this, due ? std::min(*due, next_look_) : next_look_);
}

}  // namespace roomd::actors
