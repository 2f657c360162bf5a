#include "load/connection.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

connection::connection(const dialect& how, const role& who, tally& t, std::string room, std::size_t id)
    : how_(how), who_(who), tally_(t), room_(std::move(room)), id_(id) {}

connection::~connection() {
  if (socket_ >= 0) ::close(socket_);
}

void connection::connect() {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) fail("socket");
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(how_.port);
  if (::inet_pton(AF_INET, how_.host.c_str(), &to.sin_addr) != 1)
    throw std::invalid_argument("host " + how_.host);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fail("connect");
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  send_raw(upgrade_request(how_.host, how_.port, fill_in(who_.path, {{"room", room_}}), who_.headers));
}

void connection::receive() {
  static std::array<char, 1 << 18> buffer;
  const auto n = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return end();
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
  tally_.bytes += bytes.size();
  tally_.now = clock_now();
  if (phase_ == phase::upgrading) return got_upgrade(bytes);
  frames_.feed(bytes, [this](opcode kind, std::string_view payload) { on_frame(kind, payload); });
}

void connection::got_upgrade(std::string_view bytes) {
  head_ += bytes;
  const auto end_of_head = head_.find("\r\n\r\n");
  if (end_of_head == std::string::npos) return;
  if (!head_.starts_with("HTTP/1.1 101"))
    throw std::runtime_error("no upgrade: " + head_.substr(0, end_of_head));
  phase_ = phase::stepping;
  const std::string rest = std::exchange(head_, {}).substr(end_of_head + 4);
  do_steps();
  frames_.feed(rest, [this](opcode kind, std::string_view payload) { on_frame(kind, payload); });
}

void connection::on_frame(opcode kind, std::string_view payload) {
  if (kind == opcode::ping) return send(opcode::pong, payload);
  if (kind == opcode::close) return end();
  for (const auto& [to, with] : how_.answers)
    if (payload == to) return send(how_.kind, with);
  if (phase_ == phase::ready) return count(payload);
  note_epoch(payload);
  if (phase_ == phase::stepping && payload.find(who_.steps[step_].text) != std::string_view::npos) {
    ++step_;
    do_steps();
  }
}

void connection::note_epoch(std::string_view payload) {
  if (how_.epoch.empty()) return;
  if (const auto at = payload.find(how_.epoch); at != std::string_view::npos) {
    payload.remove_prefix(at + how_.epoch.size());
    tally_.epoch = payload.substr(0, payload.find('"'));
  }
}

// Sends until there is something to wait for.
void connection::do_steps() {
  for (; step_ < who_.steps.size() && !who_.steps[step_].wait; ++step_)
    send(how_.kind, fill_in(who_.steps[step_].text, {{"room", room_}, {"id", std::to_string(id_)}}));
  if (step_ < who_.steps.size()) return;
  phase_ = phase::ready;
  ++tally_.ready;
}

void connection::count(std::string_view payload) {
  if (!tally_.only_numbers) count_deliveries(payload);
  if (!how_.sequence.empty() && payload.starts_with(how_.sequence)) check_number(payload);
}

void connection::count_deliveries(std::string_view payload) {
  for (auto at = payload.find(data_mark); at != std::string_view::npos;
       at = payload.find(data_mark, at + data_size)) {
    ++tally_.deliveries;
    if (tally_.timing) tally_.latencies.push_back(tally_.now - sent_at(payload.substr(at)));
  }
}

void connection::check_number(std::string_view payload) {
  std::uint64_t number = 0;
  std::from_chars(payload.data() + how_.sequence.size(), payload.data() + payload.size(), number);
  if (newest_ != 0 && number > newest_ + 1) tally_.gaps += number - newest_ - 1;
  if (number <= newest_) ++tally_.repeats;
  newest_ = std::max(newest_, number);
}

void connection::send(opcode kind, std::string_view payload) { send_raw(client_frame(kind, payload)); }

void connection::send_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return end();
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void connection::end() {
  if (phase_ == phase::closed) return;
  if (phase_ == phase::ready) --tally_.ready;
  phase_ = phase::closed;
  ++tally_.closed;
  ::close(std::exchange(socket_, -1));
}

}  // namespace bench
