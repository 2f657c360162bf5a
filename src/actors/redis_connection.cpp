#include "actors/redis_connection.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <utility>

#include "actors/log.hpp"
#include "store/redis_advice.hpp"

namespace roomd::actors {
namespace {

constexpr std::size_t most_shunned = 256;

}  // namespace

std::string address_of(const redis_server& server) {
  const bool six = server.host.find(':') != server.host.npos;
  return (six ? '[' + server.host + ']' : server.host) + ':' + std::to_string(server.port);
}

std::optional<std::string> read_redis_password(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) return {};
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

redis_connection::redis_connection(shard& home, redis_server server, const redis_timing& timing,
                                   std::string_view use, server_kind kind)
    : home_(home),
      server_(std::move(server)),
      timing_(timing),
      use_(use),
      kind_(kind),
      lookup_(home.io(), server_.look_up),
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
  lookup_.stop();
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
  shunned_.clear();
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
  boost::system::error_code is_name;  // an address needs no look-up
  const auto address = boost::asio::ip::make_address(server_.host, is_name);
  if (!is_name) return connect({redis_socket::endpoint(address, server_.port)});
  lookup_.ask(server_.host, server_.port,
              [this](redis_lookup::addresses found) { guarded([&] { connect(std::move(found)); }); });
}

void redis_connection::connect(redis_lookup::addresses where) {
  if (where.empty()) return cut("resolve");
  const auto fresh = [this](const auto& at) {
    return std::find(shunned_.begin(), shunned_.end(), at) == shunned_.end();
  };
  if (std::none_of(where.begin(), where.end(), fresh)) shunned_.clear();
  std::stable_partition(where.begin(), where.end(), fresh);
  auto& self = static_cast<redis_socket::observer&>(*this);
  const auto& name = server_.server_name.empty() ? server_.host : server_.server_name;
  socket_ = std::make_shared<redis_socket>(home_.io(), server_.tls, name, self);
  socket_->open(std::move(where));
}

/// Where the file cannot be read now, it is entered as before.
store::redis_access redis_connection::read_access() {
  if (server_.password_file.empty()) return server_.access;
  auto password = read_redis_password(server_.password_file);
  if (password) {
    server_.access.password = std::move(*password);
  } else {
    log().warn("redis.password_unread server={} use={}", address_of(server_), use_);
  }
  return server_.access;
}

void redis_connection::on_socket_open() {
  phase_ = phase::greeting;
  greeting_.emplace(read_access(), server_.replica_too ? server_kind::any : kind_);
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
  shunned_.clear();
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
  if (socket_ && !was_up && shunned_.size() < most_shunned) shunned_.push_back(socket_->tried());
  phase_ = phase::waiting;
  drop_socket();
  guarded([&] { report(why, retry, was_up); });
  if (was_up) guarded([this] { on_down(); });
}

void redis_connection::drop_socket() noexcept {
  home_.turns().unmark(*this);
  lookup_.forget();
  if (socket_) socket_->close();
  socket_.reset();
}

void redis_connection::report(std::string_view why, std::chrono::milliseconds wait, bool was_up) {
  if (!was_up && why == last_reason_) return;
  last_reason_ = why;
  const auto advice = store::redis_advice(why);
  log().warn("redis.down server={} use={} reason={} retry_ms={}{}", address_of(server_), use_, why,
             wait.count(), advice.empty() ? "" : " advice=\"" + std::string(advice) + '"');
}

// --- output --------------------------------------------------------------------------------------------------------

void redis_connection::has_output() {
  if (is_up()) home_.turns().mark(*this);
}

void redis_connection::has_output_next() {
  if (is_up()) home_.turns().mark_next(*this);
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
