#include "front.hpp"

#include <algorithm>
#include <latch>
#include <limits>
#include <utility>

#include <sys/resource.h>

#include <spdlog/spdlog.h>

#include "actors/connection.hpp"
#include "actors/redis_channels.hpp"
#include "config/address.hpp"
#include "config/origin.hpp"
#include "net/bind.hpp"

namespace roomd {

namespace {

/// As the sockets want them: literals only.
std::vector<std::string> literal(const std::vector<std::string>& addresses) {
  std::vector<std::string> all;
  for (const auto& text : addresses)
    if (text.starts_with("localhost:")) {
      all.push_back(text);
    } else if (auto a = config::parse_address(text)) {
      all.push_back(config::to_text(*a));
    }
  return all;
}

/// How many descriptors are the connections' of clients: what the process itself needs is kept from them, so that it
/// gets its Redis back however many clients there are.
std::size_t descriptors_for_clients(const config::settings& s, std::size_t shards) {
  constexpr std::size_t own = 32;
  constexpr std::size_t a_shard = 8;
  constexpr std::size_t a_shard_and_redis = 4;  ///< its two connections, and two that end
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return std::numeric_limits<std::size_t>::max();
  const std::size_t redis = s.engine.type == "redis" ? std::max<std::size_t>(s.redis.addresses.size(), 1) : 0;
  const std::size_t all = limit.rlim_cur;
  const std::size_t of_many_rooms =
      redis > 0 ? std::min<std::size_t>(s.limits.rooms / actors::redis_channels::channels_each, all / 16) : 0;
  return all - std::min(all / 4, own + of_many_rooms + shards * (a_shard + redis * a_shard_and_redis));
}

/// What is allowed, but worth a second look.
void warn(const config::settings& s) {
  for (const auto& origin : s.http.allowed_origins)
    if (config::is_shared_origin(origin))
      spdlog::warn(
          "config.open key=http.allowed_origins value={} text=\"any page that a user opens from a file, "
          "whoever "
          "wrote it, may connect\"",
          origin);
}

}  // namespace

/// A shard's clock and timers, as net sees them.
class front::services final : public net::shard_services {
 public:
  explicit services(actors::shard& home) : home_(home) {}
  time_point now() const override { return home_.now(); }
  void set_timer(wheel_timer& t, time_point deadline) override { home_.set_timer(t, deadline); }
  void cancel_timer(wheel_timer& t) override { home_.cancel_timer(t); }

 private:
  actors::shard& home_;
};

front::front(node& n, actors::settings_ptr s, net::tls_context_ptr tls) : node_(n) {
  shared_.descriptors = descriptors_for_clients(*s, n.shards());
  if (shared_.most_sessions(s->limits) < s->limits.connections)
    spdlog::warn(
        "net.few_descriptors sessions={} http_connections={} text=\"the limit of descriptors (LimitNOFILE, "
        "ulimit "
        "-n) allows no more\"",
        shared_.most_sessions(s->limits), shared_.most_http(s->limits));
  warn(*s);
  for (std::size_t i = 0; i < n.shards(); ++i) {
    actors::shard_state& state = n.state(i);
    services_.push_back(std::make_unique<services>(n.shard(i)));
    net::shard_context context{n.shard(i).io(),
                               n.shard(i).turns(),
                               *services_.back(),
                               state.stats,
                               n.api(i),
                               [&state](transport_ptr t, const net::peer& who) {
                                 return actors::open_connection(state, std::move(t), who.address);
                               }};
    servers_.push_back(std::make_unique<net::server>(std::move(context), shared_, s, tls));
  }
}

template <class F>
void front::everywhere(F f) {
  std::latch done(static_cast<std::ptrdiff_t>(servers_.size()));
  for (std::size_t i = 0; i < servers_.size(); ++i)
    node_.on_shard(i, [&, i] {
      f(*servers_[i]);
      done.count_down();
    });
  done.wait();
}

front::~front() = default;

std::string front::listen(const config::settings& s, const std::vector<int>& inherited) {
  const auto plain = inherited.empty() ? literal(s.server.listen) : std::vector<std::string>{};
  auto bound = net::bind_listeners(plain, literal(s.tls.listen), servers_.size());
  if (!bound.problem.empty()) return bound.problem;
  for (auto& a : bound.addresses) {
    for (std::size_t i = 0; i < a.sockets.size(); ++i)
      node_.on_shard(i, [server = servers_[i].get(), fd = a.sockets[i].release(), tls = a.tls] {
        server->listen(net::unique_fd(fd), tls);
      });
    spdlog::info("net.listen address={} tls={}", a.address, a.tls);
  }
  std::vector<net::server*> all;
  for (auto& server : servers_) all.push_back(server.get());
  for (int fd : inherited) {
    node_.on_shard(0, [this, fd, all] { servers_[0]->listen(net::unique_fd(fd), false, all); });
    spdlog::info("net.listen inherited={}", fd);
  }
  return {};
}

void front::reload(actors::settings_ptr s, net::tls_context_ptr tls) {
  warn(*s);
  everywhere([&](net::server& server) { server.reload(s, tls); });
}

void front::leave() {
  everywhere([](net::server& s) { s.leave(); });
}

void front::drain() {
  everywhere([](net::server& s) { s.drain(); });
}

void front::stop() {
  everywhere([](net::server& s) { s.stop(); });
}

}  // namespace roomd
