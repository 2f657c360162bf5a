#include "net/server.hpp"

#include <string>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "net/coalescing_stream.hpp"
#include "net/http_session.hpp"
#include "net/listener.hpp"
#include "net/log.hpp"
#include "net/response.hpp"
#include "protocol/json_text.hpp"

namespace roomd::net {
namespace {

constexpr std::size_t input_size = 16384;   // what one read of a socket brings at most
constexpr std::size_t logged_origin = 200;  // bytes of one that stand in the log

// A connection that has no place. What it has sent is read, or its end would be a reset that overtakes the answer; with
// TLS there is nothing that could be said in clear.
void turn_away(const unique_fd& socket, bool tls, std::span<char> input) {
  if (tls) return;
  const auto text = serialise(too_many_connections(), {.keep_alive = false});
  (void)::recv(socket.value(), input.data(), input.size(), MSG_DONTWAIT);
  (void)::send(socket.value(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace

server::server(shard_context shard, node_state& node, std::shared_ptr<const config::settings> settings,
               tls_context_ptr tls)
    : shard_(std::move(shard)),
      node_(node),
      settings_(std::move(settings)),
      tls_(std::move(tls)),
      input_(input_size),
      output_(tls_channel::record_size),
      streams_{shard_.turns, shard_.stats, input_, output_} {}

server::~server() { stop(); }

void server::listen(unique_fd listening, bool tls) { listen(std::move(listening), tls, {this}); }

void server::listen(unique_fd listening, bool tls, std::vector<server*> all) {
  listeners_.push_back(std::make_shared<listener>(*this, std::move(listening), tls, std::move(all)));
  listeners_.back()->start();
}

// Where all places are taken, a peer that has more of them than the newcomer's makes way; else there is the reserve, in
// which the newest counts.
http_place server::make_place(const peer_key& newcomer) {
  const auto& limits = settings_->limits;
  auto place = node_.take_http(limits);
  if (place == http_place::full) return place;
  if (const auto more = over_limit_.take(shard_.services.now()))
    logger().warn("net.http_limit http_connections={} more={}", node_.http.load(std::memory_order_relaxed),
                  *more);
  auto* const goes = peers_.who_goes_for(newcomer);
  auto* const also = place == http_place::none && !goes ? reserve_.who_can_go() : nullptr;
  if (!goes && !also) return place;
  (goes ? goes : also)->abort();
  if (place == http_place::reserve)
    return http_place::full;  // the place that is free now is as good as this one
  return node_.take_http(limits);
}

void server::adopt(accepted_socket socket, bool tls) {
  if (draining_ || (tls && !tls_)) return;
  const auto place = make_place(socket.who);
  if (place == http_place::none) return turn_away(socket.fd, tls, input_);
  using socket_type = coalescing_stream::socket_type;
  socket_type accepted(shard_.io.get_executor());
  error_code failed;
  accepted.assign(boost::asio::ip::tcp::v6(), socket.fd.value(), failed);
  if (failed) {
    node_.give_http();
    return logger().warn("net.adopt_failed error=\"{}\"", failed.message());
  }
  socket.fd.release();
  start_http(*this, std::make_shared<coalescing_stream>(streams_, std::move(accepted), tls ? tls_ : nullptr),
             {place, socket.who});
}

void server::hand_over(accepted_socket socket, bool tls) {
  boost::asio::post(shard_.io, [this, tls, s = std::move(socket)]() mutable { adopt(std::move(s), tls); });
}

void server::reload(std::shared_ptr<const config::settings> settings, tls_context_ptr tls) {
  settings_ = std::move(settings);
  tls_ = std::move(tls);
}

void server::drain() {
  for (const auto& l : listeners_) l->stop();
  draining_ = true;
  listeners_.clear();
  connections_.drain_all();
}

void server::stop() {
  drain();
  connections_.abort_all();
}

void server::log_refused_origin(std::string_view origin, std::string_view peer) {
  const auto more = refused_origins_.take(shard_.services.now());
  if (!more) return;
  std::string quoted;
  protocol::append_json_string(quoted, origin.substr(0, logged_origin));
  logger().info(
      "http.origin_refused origin={} peer={} more={} text=\"http.allowed_origins does not name it\"", quoted,
      peer, *more);
}

void server::set_timer(wheel_timer& t, std::chrono::milliseconds after) {
  shard_.services.set_timer(t, shard_.services.now() + after);
}

void server::cancel_timer(wheel_timer& t) { shard_.services.cancel_timer(t); }

}  // namespace roomd::net
