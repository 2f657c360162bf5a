#include "front.hpp"

#include <latch>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/connection.hpp"
#include "config/address.hpp"
#include "net/bind.hpp"

namespace roomd {

namespace {

/// As the sockets want them: literals only.
std::vector<std::string> literal(const std::vector<std::string>& addresses) {
  std::vector<std::string> all;
  for (const auto& text : addresses)
    if (auto a = config::parse_address(text)) all.push_back(config::to_text(*a));
  return all;
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
  everywhere([&](net::server& server) { server.reload(s, tls); });
}

void front::drain() {
  everywhere([](net::server& s) { s.drain(); });
}

void front::stop() {
  everywhere([](net::server& s) { s.stop(); });
}

}  // namespace roomd
