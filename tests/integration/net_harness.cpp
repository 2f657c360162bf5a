#include "net_harness.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "core/presence.hpp"
#include "protocol/member_text.hpp"

namespace roomd::net_test {

using namespace std::chrono_literals;

void fake_session::on_text(std::string_view text) {
  heard.push_back("text:" + std::string(text));
  when_text(text);
}

void fake_session::on_closed() {
  heard.emplace_back("closed");
  link.reset();
}

std::size_t fake_session::count(std::string_view what) const {
  return static_cast<std::size_t>(std::count(heard.begin(), heard.end(), what));
}

void fake_queries::users(std::string room, member_query query,
                         std::function<void(result<member_page_ptr>)> done) {
  asked.push_back(room);
  auto answer = [this, room = std::move(room), query = std::move(query), done = std::move(done)] {
    if (members_fault) return done(*members_fault);
    presence all{std::chrono::hours(1)};
    std::uint64_t number = 0;
    for (const auto& m : members) {
      if (m.sessions.empty()) all.join({0, ++number}, "s", {m.user, m.info}, 1);
      if (m.sessions.empty()) all.leave({0, number}, {});
      for (const auto& s : m.sessions) all.join({0, ++number}, s, {m.user, m.info}, 1);
    }
    const auto q = bounded(query, query.limit, outbox);
    done(protocol::write_member_page(room, all.read(q), q));
  };
  if (answers) return answer();
  waiting.push_back(std::move(answer));
}

// --- node --------------------------------------------------------------------------------------------------------

node::node(config::settings s, net::tls_context_ptr tls) : now_(time_point{} + 1h), wheel_(now_) {
  std::signal(SIGPIPE, SIG_IGN);
  api.counters = &stats;
  auto open = [this](transport_ptr link, net::peer who) -> listener_ptr {
    auto made = std::make_shared<fake_session>();
    made->link = std::move(link);
    made->who = std::move(who);
    sessions.push_back(made);
    when_opened();
    return made;
  };
  const bool with_tls = tls != nullptr;
  server =
      std::make_unique<net::server>(net::shard_context{io, turns, *this, stats, api, std::move(open)}, state,
                                    std::make_shared<const config::settings>(std::move(s)), std::move(tls));
  const std::vector<std::string> here = {"127.0.0.1:0"};
  auto bound = with_tls ? net::bind_listeners({}, here, 1) : net::bind_listeners(here, {}, 1);
  if (!bound.problem.empty()) throw std::runtime_error(bound.problem);
  auto& at = bound.addresses.front();
  const auto digits = at.address.substr(at.address.rfind(':') + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  server->listen(std::move(at.sockets.front()), at.tls);
}

node::~node() {
  server->stop();
  for (int i = 0; i < 10; ++i) turn();
}

void node::turn() {
  if (io.stopped()) io.restart();
  if (io.poll() == 0) io.run_one_for(1ms);
  wheel_.advance(now_);
  turns.end_turn();
}

bool node::until(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    turn();
  }
  return true;
}

void node::pass(std::chrono::milliseconds t) {
  now_ += t + 100ms;  // a tick of the wheel more
  turn();
}

void node::stand_still(std::chrono::milliseconds t) {
  now_ += t + 100ms;
  wheel_.advance(now_);
  turn();
}

// --- client ------------------------------------------------------------------------------------------------------

client::client(node& n, int receive_buffer, std::uint32_t from)
    : node_(n), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + from);
  ::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at);
  at.sin_port = htons(n.port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0)
    throw std::runtime_error("connect");
  ::fcntl(fd_, F_SETFL, O_NONBLOCK);
}

client::~client() {
  SSL_free(ssl_);
  ::close(fd_);
}

void client::begin_tls() {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  ssl_ = SSL_new(context);
  SSL_CTX_free(context);
  SSL_set_fd(ssl_, fd_);
  SSL_connect(ssl_);
  await_delivery();
}

void client::start_tls() {
  if (!ssl_) begin_tls();
  int done = 0;
  node_.until([&] {
    done = SSL_connect(ssl_);
    const int why = SSL_get_error(ssl_, done);
    return done == 1 || (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE);
  });
  if (done != 1) throw std::runtime_error("the TLS handshake failed");
}

void client::end_tls() { SSL_shutdown(ssl_); }

bool client::tls_ended() { return ended() && (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0; }

std::size_t client::send_some(std::string_view bytes) {
  if (ssl_) {
    std::size_t n = 0;
    return SSL_write_ex(ssl_, bytes.data(), bytes.size(), &n) == 1 ? n : 0;
  }
  const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

void client::send(std::string_view bytes) {
  node_.until([&] {
    bytes.remove_prefix(send_some(bytes));
    return bytes.empty();
  });
}

void client::send_unread(std::string_view bytes) {
  if (send_some(bytes) != bytes.size()) throw std::runtime_error("the kernel takes no more");
  await_delivery();
}

void client::await_delivery() {
  constexpr int milliseconds = 20000;
  int left = 1;
  for (int i = 0; i < milliseconds && ::ioctl(fd_, SIOCOUTQ, &left) == 0 && left > 0; ++i)
    ::poll(nullptr, 0, 1);
}

// One portion, so that a test that waits for little leaves the rest in the kernel.
void client::receive() {
  std::array<char, 65536> some;
  if (ssl_) {
    std::size_t n = 0;
    const int ok = SSL_read_ex(ssl_, some.data(), some.size(), &n);
    in.append(some.data(), n);
    ended_ = ended_ || (ok != 1 && SSL_get_error(ssl_, ok) != SSL_ERROR_WANT_READ);
    return;
  }
  const auto n = ::recv(fd_, some.data(), some.size(), 0);
  if (n > 0) in.append(some.data(), static_cast<std::size_t>(n));
  reset_ = reset_ || (n < 0 && errno == ECONNRESET);
  ended_ = ended_ || n == 0 || (n < 0 && errno != EAGAIN);
}

void client::take_all() {
  constexpr int moment = 200;  // milliseconds
  for (pollfd socket{fd_, POLLIN, 0}; !ended_ && ::poll(&socket, 1, moment) > 0;) receive();
}

bool client::until(const std::function<bool(const std::string&)>& condition) {
  if (condition(in)) return true;
  node_.until([&] {
    receive();
    return ended_ || condition(in);
  });
  return condition(in);
}

std::string client::rest() {
  until([](const std::string&) { return false; });
  return std::exchange(in, {});
}

bool client::ended() {
  until([](const std::string&) { return false; });
  return ended_;
}

void client::half_close() { ::shutdown(fd_, SHUT_WR); }

std::string client::response(bool head) {
  std::size_t size = 0;
  const auto whole = [&](const std::string& got) {
    const auto end = got.find("\r\n\r\n");
    if (end == got.npos) return false;
    std::size_t length = 0;
    const auto field = got.find("Content-Length: ");
    if (!head && field < end) {
      const auto* digits = got.data() + field + 16;
      std::from_chars(digits, got.data() + end, length);
    }
    size = end + 4 + length;
    return got.size() >= size;
  };
  if (!until(whole)) return {};
  auto taken = in.substr(0, size);
  in.erase(0, size);
  return taken;
}

wire_frame client::frame() {
  std::size_t begin = 0;
  std::size_t length = 0;
  const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(in[i]); };
  const auto whole = [&](const std::string& got) {
    begin = 2;
    if (got.size() < begin) return false;
    length = byte(1) & 0x7F;
    if (length >= 126) begin += length == 126 ? 2 : 8;
    if (got.size() < begin) return false;
    if (begin > 2) {
      length = 0;
      for (std::size_t i = 2; i < begin; ++i) length = length << 8 | byte(i);
    }
    return got.size() >= begin + length;
  };
  if (!until(whole)) return {op::none, {}};
  wire_frame f{byte(0) & 0x0Fu, in.substr(begin, length)};
  in.erase(0, begin + length);
  return f;
}

std::string client::upgrade(std::string_view more_headers, std::string_view target) {
  send(get(target,
           "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
               std::string(more_headers)));
  return response();
}

}  // namespace roomd::net_test
