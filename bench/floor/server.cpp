#include "floor/server.hpp"

#include <array>
#include <cerrno>
#include <sstream>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace bench {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

std::string server_frame(std::string_view payload) {
  const auto byte = [](std::size_t n) { return static_cast<char>(static_cast<unsigned char>(n)); };
  std::string out(1, byte(0x81));
  if (payload.size() < 126) {
    out += byte(payload.size());
  } else {
    out += byte(126);
    out += byte(payload.size() >> 8U);
    out += byte(payload.size());
  }
  return out.append(payload);
}

std::string accept_key(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> hash;
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  std::array<unsigned char, 32> out;
  const int n = EVP_EncodeBlock(out.data(), hash.data(), static_cast<int>(hash.size()));
  return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(n)};
}

std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const auto from = text.find(before);
  if (from == std::string_view::npos) return {};
  text.remove_prefix(from + before.size());
  return text.substr(0, text.find(after));
}

void set_events(int epoll, int operation, int socket, std::uint32_t events) {
  epoll_event e{};
  e.events = events;
  e.data.fd = socket;
  if (::epoll_ctl(epoll, operation, socket, &e) != 0) fail("epoll_ctl");
}

}  // namespace

floor_server::floor_server(std::uint16_t port, bool one_send_a_turn)
    : one_send_a_turn_(one_send_a_turn),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      listening_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  if (epoll_ < 0 || listening_ < 0) fail("socket");
  const int on = 1;
  ::setsockopt(listening_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listening_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) fail("bind");
  if (::listen(listening_, 4096) != 0) fail("listen");
  set_events(epoll_, EPOLL_CTL_ADD, listening_, EPOLLIN);
}

void floor_server::run() {
  for (;;) {
    std::array<epoll_event, 512> events;
    const int patience = to_replay_.empty() ? -1 : 0;
    const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), patience);
    for (int i = 0; i < n; ++i) {
      const auto& e = events[static_cast<std::size_t>(i)];
      if (e.data.fd == listening_) {
        accept_all();
      } else if (auto found = clients_.find(e.data.fd); found != clients_.end()) {
        if (e.events & EPOLLOUT) send_rest(*found->second);
        if (e.events & ~static_cast<std::uint32_t>(EPOLLOUT)) receive(*found->second);
      }
    }
    end_turn();
    replay_some();
  }
}

void floor_server::accept_all() {
  for (;;) {
    const int socket = ::accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto& c = clients_[socket] = std::make_unique<client>();
    c->socket = socket;
    set_events(epoll_, EPOLL_CTL_ADD, socket, EPOLLIN);
  }
}

void floor_server::receive(client& c) {
  static std::array<char, 65536> buffer;
  const auto n = ::recv(c.socket, buffer.data(), buffer.size(), 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) return drop(c);
  c.input.append(buffer.data(), static_cast<std::size_t>(n));
  if (!c.upgraded && !upgrade(c)) return;
  if (frames(c) && c.input.empty()) c.input.shrink_to_fit();
}

bool floor_server::upgrade(client& c) {
  const auto end = c.input.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string_view head = std::string_view(c.input).substr(0, end);
  const std::string key = accept_key(between(head, "Sec-WebSocket-Key: ", "\r\n"));
  if (const auto name = between(head, "GET /join/", " "); !name.empty()) {
    enter(c, rooms_[std::string(name)]);
  }
  c.input.erase(0, end + 4);
  c.upgraded = true;
  send(c,
       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
       "Sec-WebSocket-Accept: " +
           key + "\r\n\r\n");
  return true;
}

// Masked text frames of under 64 KiB; anything else is taken for the client's end.
bool floor_server::frames(client& c) {
  std::size_t at = 0;
  for (std::string& in = c.input;;) {
    if (in.size() - at < 2) break;
    std::size_t length = static_cast<unsigned char>(in[at + 1]) & 0x7fU;
    std::size_t header = 2;
    if (length == 126) {
      if (in.size() - at < 4) break;
      length = static_cast<std::size_t>(static_cast<unsigned char>(in[at + 2])) << 8U |
               static_cast<unsigned char>(in[at + 3]);
      header = 4;
    }
    if (in.size() - at < header + 4 + length) break;
    char* payload = in.data() + at + header + 4;
    const char* mask = payload - 4;
    for (std::size_t i = 0; i < length; ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
    if ((static_cast<unsigned char>(in[at]) & 0xfU) == 8) {
      drop(c);
      return false;
    }
    const std::string_view text(payload, length);
    if (text.starts_with("!replay ")) {
      plan_replay(std::string(text.substr(8)));
    } else {
      publish(text);
    }
    at += header + 4 + length;
  }
  c.input.erase(0, at);
  return true;
}

void floor_server::publish(std::string_view text) {
  const auto space = text.find(' ');
  const auto found = rooms_.find(std::string(text.substr(0, space)));
  if (space == std::string_view::npos || found == rooms_.end()) return;
  const std::string frame = server_frame(text.substr(space + 1));
  room& r = found->second;
  if (!one_send_a_turn_) {
    for (client* c : r.members) send(*c, frame);
    return;
  }
  if (r.turn.empty()) dirty_.push_back(&r);
  r.turn += frame;
}

void floor_server::end_turn() {
  for (room* r : std::exchange(dirty_, {})) {
    for (client* c : r->members) send(*c, r->turn);
    r->turn.clear();
  }
}

void floor_server::plan_replay(const std::string& text) {
  std::istringstream in(text);
  std::string name;
  std::string then;
  std::size_t bytes = 0;
  in >> name >> bytes >> replays_a_turn_ >> then;
  const auto found = rooms_.find(name);
  if (found == rooms_.end()) return;
  const std::string one = server_frame(std::string(256, 'x'));
  auto all = std::make_shared<std::string>();
  while (all->size() < bytes) *all += one;
  for (client* c : found->second.members) {
    c->replay = all;
    c->replayed = 0;
    c->then = then.empty() ? nullptr : &rooms_[then];
    to_replay_.push_back(c->socket);
  }
}

// A client that is gone meanwhile is passed over, and its socket's next owner has nothing to replay.
void floor_server::replay_some() {
  for (std::size_t n = 0; n < replays_a_turn_ && !to_replay_.empty(); ++n) {
    const auto found = clients_.find(to_replay_.front());
    to_replay_.pop_front();
    if (found != clients_.end()) send_rest(*found->second);
  }
}

void floor_server::send(client& c, std::string_view bytes) {
  if (!c.blocked) {
    const auto n = ::send(c.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    if (bytes.empty() || (n < 0 && errno != EAGAIN)) return;  // an error shows when it is read from
    c.blocked = true;
    set_events(epoll_, EPOLL_CTL_MOD, c.socket, EPOLLIN | EPOLLOUT);
  }
  c.unsent.append(bytes);
}

void floor_server::send_rest(client& c) {
  if (!c.unsent.empty()) {
    const auto n = ::send(c.socket, c.unsent.data(), c.unsent.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) c.unsent.erase(0, static_cast<std::size_t>(n));
  }
  while (c.unsent.empty() && c.replay) {
    const auto rest = std::string_view(*c.replay).substr(c.replayed);
    const auto n = ::send(c.socket, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) break;
    c.replayed += static_cast<std::size_t>(n);
    if (c.replayed < c.replay->size()) continue;
    c.replay.reset();
    if (room* next = std::exchange(c.then, nullptr)) {
      exit(c);
      enter(c, *next);
    }
  }
  const bool blocked = !c.unsent.empty() || c.replay;
  if (blocked == c.blocked) return;
  c.blocked = blocked;
  c.unsent.shrink_to_fit();
  set_events(epoll_, EPOLL_CTL_MOD, c.socket, blocked ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void floor_server::enter(client& c, room& r) {
  c.in = &r;
  c.slot = r.members.size();
  r.members.push_back(&c);
}

void floor_server::exit(client& c) {
  auto& members = c.in->members;
  members[c.slot] = members.back();
  members[c.slot]->slot = c.slot;
  members.pop_back();
}

void floor_server::drop(client& c) {
  if (c.in) exit(c);
  ::close(c.socket);
  clients_.erase(c.socket);
}

}  // namespace bench
