#include "net/server.hpp"

#include <span>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "net/coalescing_stream.hpp"
#include "net/http_session.hpp"
#include "net/listener.hpp"
#include "net/log.hpp"
#include "net/response.hpp"

namespace roomd::net {
namespace {

constexpr std::size_t input_size = 16384;  // what one read of a socket brings at most

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
    : context_(std::move(shard), node, std::move(settings)),
      tls_(std::move(tls)),
      input_(input_size),
      output_(tls_channel::record_size),
      streams_{context_.shard().turns, context_.shard().stats, input_, output_} {}

server::~server() { stop(); }

void server::listen(unique_fd listening, bool tls) { listen(std::move(listening), tls, {this}); }

void server::listen(unique_fd listening, bool tls, std::vector<server*> all) {
  listeners_.push_back(std::make_shared<listener>(*this, std::move(listening), tls, std::move(all)));
  listeners_.back()->start();
}

// Where all places are taken, a peer that has more of them than the newcomer's makes way; else there is the reserve, in
// which the newest counts.
http_place server::make_place(const peer_key& newcomer) {
  auto& node = context_.node();
  const auto& limits = context_.settings()->limits;
  auto place = node.take_http(limits);
  if (place == http_place::full) return place;
  if (const auto more = over_limit_.take(context_.shard().services.now()))
    logger().warn("net.http_limit http_connections={} more={}", node.http.load(std::memory_order_relaxed),
                  *more);
  auto* const goes = context_.peers(http_place::full).who_goes_for(newcomer);
  auto* const also =
      place == http_place::none && !goes ? context_.peers(http_place::reserve).who_can_go() : nullptr;
  if (!goes && !also) return place;
  (goes ? goes : also)->abort();
  if (place == http_place::reserve)
    return http_place::full;  // the place that is free now is as good as this one
  return node.take_http(limits);
}

void server::adopt(accepted_socket socket, bool tls) {
  if (context_.draining() || (tls && !tls_)) return;
  const auto place = make_place(socket.who);
  if (place == http_place::none) return turn_away(socket.fd, tls, input_);
  using socket_type = coalescing_stream::socket_type;
  socket_type accepted(context_.shard().io.get_executor());
  error_code failed;
  accepted.assign(boost::asio::ip::tcp::v6(), socket.fd.value(), failed);
  if (failed) {
    context_.node().give_http();
    return logger().warn("net.adopt_failed error=\"{}\"", failed.message());
  }
  socket.fd.release();
  start_http(context_,
             std::make_shared<coalescing_stream>(streams_, std::move(accepted), tls ? tls_ : nullptr),
             {place, socket.who});
}

void server::hand_over(accepted_socket socket, bool tls) {
  boost::asio::post(context_.shard().io,
                    [this, tls, s = std::move(socket)]() mutable { adopt(std::move(s), tls); });
}

void server::reload(std::shared_ptr<const config::settings> settings, tls_context_ptr tls) {
  context_.use(std::move(settings));
  tls_ = std::move(tls);
}

void server::drain() {
  for (const auto& l : listeners_) l->stop();
  context_.drain();
  listeners_.clear();
  context_.connections().drain_all();
}

void server::stop() {
  drain();
  context_.connections().abort_all();
}

}  // namespace roomd::net
