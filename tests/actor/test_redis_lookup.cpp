// Names of Redis servers: several addresses, and name servers that do not answer.
#include <atomic>
#include <future>

#include "fake_redis.hpp"
#include "redis_client.hpp"
#include "redis_rig.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::redis_lookup;
using roomd::actors::redis_server;
using endpoint = boost::asio::ip::tcp::endpoint;

endpoint at_address(const char* address, std::uint16_t port) {
  return {boost::asio::ip::make_address(address), port};
}

redis_server named(std::uint16_t port, redis_lookup::function f) {
  return {.host = "redis.example", .port = port, .look_up = f};
}

/// An address on which packets vanish: its queue of connections is full, and nobody accepts any.
class swallowing_address {
 public:
  explicit swallowing_address(std::uint16_t port) {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(0x7F000002);  // 127.0.0.2
    here.sin_port = htons(port);
    auto* const address = reinterpret_cast<sockaddr*>(&here);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener_, address, sizeof here) != 0 || ::listen(listener_, 0) != 0)
      throw std::runtime_error("no address that swallows");
    for (int& each : clients_) {
      each = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      ::connect(each, address, sizeof here);
    }
  }
  swallowing_address(const swallowing_address&) = delete;
  swallowing_address& operator=(const swallowing_address&) = delete;
  ~swallowing_address() {
    for (const int each : clients_) ::close(each);
    ::close(listener_);
  }

 private:
  int listener_;
  int clients_[8];
};

std::shared_future<void> name_server;  // what a look-up waits for
std::atomic<int> look_ups = 0;

redis_lookup::addresses silent(const std::string&, std::uint16_t port) {
  const auto answer = name_server;
  ++look_ups;
  answer.wait();
  return {at_address("127.0.0.1", port)};
}

}  // namespace

TEST_CASE("redis look-up: an address that swallows packets comes last in the next attempt") {
  const fake_redis server;
  const swallowing_address swallowing(server.port());
  auto timing = calm();
  timing.connect = 300ms;
  link_rig link(
      named(server.port(),
            [](const std::string&, std::uint16_t port) {
              return redis_lookup::addresses{at_address("127.0.0.2", port), at_address("127.0.0.1", port)};
            }),
      timing);
  link.start();
  const auto peer = server.welcome();
  CHECK(link.news.next() == "up");
}

TEST_CASE("redis look-up: an address that refuses costs no attempt, and one that lets nobody in comes last") {
  const fake_redis replica, master;
  static std::uint16_t ports[2];
  ports[0] = replica.port();
  ports[1] = master.port();
  link_rig link(named(1, [](const std::string&, std::uint16_t) {
    return redis_lookup::addresses{at_address("::1", 1), at_address("127.0.0.1", ports[0]),
                                   at_address("127.0.0.1", ports[1])};
  }));
  link.start();
  auto peer = replica.accept();
  peer.until("replication\r\n");
  peer.send("+PONG\r\n" + redis_peer::replication("slave", "0a1b"));
  peer.rest();
  const auto good = master.welcome();
  CHECK(link.news.next() == "up");
}

TEST_CASE("redis look-up: a name that is not found is looked up again") {
  const fake_redis server;
  static std::atomic<int> asked;
  asked = 0;
  link_rig link(named(server.port(), [](const std::string&, std::uint16_t port) {
    return ++asked < 3 ? redis_lookup::addresses() : redis_lookup::addresses{at_address("127.0.0.1", port)};
  }));
  link.start();
  const auto peer = server.welcome();
  CHECK(link.news.next() == "up");
  CHECK(asked == 3);
}

TEST_CASE("redis look-up: what takes longer than an attempt serves a later one, by one thread") {
  const fake_redis server;
  std::promise<void> answer;
  name_server = answer.get_future().share();
  look_ups = 0;
  auto timing = calm();
  timing.connect = 1ms;
  timing.retry = {1ms, 1ms};
  link_rig link(named(server.port(), silent), timing);
  link.start();
  const auto some_attempts = std::chrono::steady_clock::now() + 500ms;
  const auto is_late = [](const roomd::actors::redis_link& l) { return l.reason() == "deadline"; };
  CHECK(comes_true([&] { return std::chrono::steady_clock::now() > some_attempts && link.ask(is_late); }));
  CHECK(look_ups == 1);
  answer.set_value();
  server.accept();
}

TEST_CASE("redis look-up: one that hangs holds up neither the shard nor its end") {
  std::promise<void> answer;
  name_server = answer.get_future().share();
  look_ups = 0;
  {
    link_rig link(named(1, silent));
    link.start();
    while (look_ups == 0) std::this_thread::yield();
    link.end();
    CHECK(link.faults().empty());
  }  // and its runtime: the thread of the shard has ended
  answer.set_value();
}
