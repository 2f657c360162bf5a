#include "net/server.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "net/coalescing_stream.hpp"
#include "net/http_session.hpp"
#include "net/listener.hpp"
#include "net/log.hpp"

namespace roomd::net {
namespace {

constexpr std::size_t input_size = 16384;  // what one read of a socket brings at most

}  // namespace

bool node_state::take_place(std::uint32_t most) {
  const bool free = sessions.fetch_add(1, std::memory_order_relaxed) < most;
  if (!free) give_place();
  return free;
}

server::server(shard_context shard, node_state& node, std::shared_ptr<const config::settings> settings,
               tls_context_ptr tls)
    : shard_(std::move(shard)),
      node_(node),
      settings_(std::move(settings)),
      tls_(std::move(tls)),
      input_(input_size),
      streams_{shard_.turns, shard_.stats, input_} {}

server::~server() { stop(); }

void server::listen(unique_fd listening, bool tls) { listen(std::move(listening), tls, {this}); }

void server::listen(unique_fd listening, bool tls, std::vector<server*> all) {
  listeners_.push_back(std::make_shared<listener>(*this, std::move(listening), tls, std::move(all)));
  listeners_.back()->start();
}

void server::adopt(unique_fd socket, bool tls) {
  if (draining_ || (tls && !tls_)) return;
  using socket_type = coalescing_stream::socket_type;
  socket_type accepted(shard_.io.get_executor());
  error_code failed;
  accepted.assign(boost::asio::ip::tcp::v6(), socket.value(), failed);
  if (failed) return logger().warn("net.adopt_failed error=\"{}\"", failed.message());
  socket.release();
  start_http(*this, std::make_shared<coalescing_stream>(streams_, std::move(accepted), tls ? tls_ : nullptr));
}

void server::hand_over(unique_fd socket, bool tls) {
  boost::asio::post(shard_.io, [this, tls, s = std::move(socket)]() mutable { adopt(std::move(s), tls); });
}

void server::reload(std::shared_ptr<const config::settings> settings, tls_context_ptr tls) {
  settings_ = std::move(settings);
  tls_ = std::move(tls);
}

void server::drain() {
  draining_ = true;
  for (const auto& l : listeners_) l->stop();
  listeners_.clear();
  connections_.drain_all();
}

void server::stop() {
  drain();
  connections_.abort_all();
}

void server::set_timer(wheel_timer& t, std::chrono::milliseconds after) {
  shard_.services.set_timer(t, shard_.services.now() + after);
}

void server::cancel_timer(wheel_timer& t) { shard_.services.cancel_timer(t); }

}  // namespace roomd::net
