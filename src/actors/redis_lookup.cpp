#include "actors/redis_lookup.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>

namespace roomd::actors {

/// What the thread and the shard share. Each has a descriptor of the same event, so that either may go first.
struct redis_lookup::shared {
  std::string host;
  std::uint16_t port = 0;
  function look_up = nullptr;
  int bell = -1;  ///< the thread's
  addresses found;
  std::atomic<bool> ready{false};  ///< `found` is the shard's from now on

  ~shared() {
    if (bell >= 0) ::close(bell);
  }
  void run() noexcept {
    try {
      found = look_up(host, port);
    } catch (...) {
      found.clear();
    }
    ready.store(true, std::memory_order_release);
    ::eventfd_write(bell, 1);
  }
};

struct redis_lookup::waiting {
  std::shared_ptr<shared> what;
  boost::asio::posix::stream_descriptor bell;
};

namespace {

/// Signals are for the threads that know of them.
class signals_blocked {
 public:
  signals_blocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

redis_lookup::addresses redis_lookup::by_system(const std::string& host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* first = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &first) != 0) return {};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(first, ::freeaddrinfo);
  addresses found;
  for (const auto* each = first; each; each = each->ai_next) {
    boost::asio::ip::tcp::endpoint at;
    if (each->ai_addrlen > at.capacity()) continue;
    at.resize(each->ai_addrlen);
    std::copy_n(reinterpret_cast<const char*>(each->ai_addr), each->ai_addrlen,
                reinterpret_cast<char*>(at.data()));
    found.push_back(at);
  }
  return found;
}

redis_lookup::redis_lookup(boost::asio::io_context& io, function f)
    : io_(io), function_(f ? f : &by_system) {}

redis_lookup::~redis_lookup() = default;

void redis_lookup::ask(const std::string& host, std::uint16_t port, handler done) {
  if (host != host_ || port != port_) stop();  // it was another server's name
  host_ = host;
  port_ = port;
  if (!kept_.empty()) return done(std::exchange(kept_, {}));
  done_ = std::move(done);
  if (!waiting_) start();
}

void redis_lookup::stop() {
  done_ = nullptr;
  waiting_.reset();
  kept_.clear();
}

void redis_lookup::start() {
  auto what = std::make_shared<shared>();
  what->host = host_;
  what->port = port_;
  what->look_up = function_;
  what->bell = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  const int own = what->bell < 0 ? -1 : ::fcntl(what->bell, F_DUPFD_CLOEXEC, 0);
  if (own < 0) throw std::system_error(errno, std::generic_category(), "a look-up's event");
  waiting_ = std::make_shared<waiting>(waiting{what, boost::asio::posix::stream_descriptor(io_, own)});
  const auto rung = [this, still = std::weak_ptr(waiting_)](const boost::system::error_code& ec) {
    if (!ec && !still.expired()) finished();
  };
  waiting_->bell.async_wait(boost::asio::posix::stream_descriptor::wait_read, rung);
  const signals_blocked quiet;
  std::thread([what = std::move(what)] { what->run(); }).detach();
}

void redis_lookup::finished() {
  const auto what = std::exchange(waiting_, nullptr)->what;
  auto found = what->ready.load(std::memory_order_acquire) ? std::move(what->found) : addresses();
  if (const auto done = std::exchange(done_, nullptr)) return done(std::move(found));
  kept_ = std::move(found);
}

}  // namespace roomd::actors
