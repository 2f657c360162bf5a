// The half of coalescing_stream that knows TLS.
#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/post.hpp>

#include "net/tls_part.hpp"

namespace roomd::net {
namespace {

constexpr std::size_t parts_a_record = 64;
constexpr std::size_t tls_record = 16384;

}  // namespace

void coalescing_stream::handshake() {
  auto done = [self = shared_from_this()](error_code ec) {
    if (!self->observer_ || self->dead()) return;
    ec ? self->observer_->on_stream_end() : self->observer_->on_stream_open();
  };
  if (tls_) {
    tls_->stream.async_handshake(asio::ssl::stream_base::server, std::move(done));
  } else {
    asio::post(socket_.get_executor(), [done = std::move(done)] { done({}); });
  }
}

void coalescing_stream::receive_tls(std::size_t most) {
  tls_->stream.async_read_some(asio::buffer(tls_->input, most),
                               [self = shared_from_this()](error_code ec, std::size_t n) {
                                 if (!self->socket_.is_open()) return;
                                 self->home_.stats.bytes_in += n;
                                 self->received(std::span(self->tls_->input).first(ec ? 0 : n));
                               });
}

void coalescing_stream::flush_tls() {
  auto& record = tls_->in_flight;
  if (!record.empty()) return;
  if (queue_.empty()) return drained();
  std::array<std::string_view, parts_a_record> parts;
  const std::size_t count = queue_.front(parts);
  for (std::size_t i = 0; i < count && record.size() < tls_record; ++i)
    record.append(parts[i].substr(0, tls_record - record.size()));
  tls_->stream.async_write_some(
      asio::buffer(record),
      [self = shared_from_this()](error_code ec, std::size_t n) { self->on_tls_written(ec, n); });
  if (!std::exchange(blocked_, true) && observer_) observer_->on_stream_blocked();
}

void coalescing_stream::on_tls_written(error_code ec, std::size_t n) {
  tls_->in_flight.clear();
  if (!socket_.is_open()) return;
  if (ec) return fail();
  consume(n);
  flush_tls();
  after_progress();
}

void coalescing_stream::shut_down() {
  const auto end_socket = [self = shared_from_this()](error_code) {
    error_code ignored;
    self->socket_.shutdown(socket_type::shutdown_send, ignored);
    self->await_end();
  };
  if (tls_) {
    tls_->stream.async_shutdown(end_socket);
  } else {
    end_socket({});
  }
}

}  // namespace roomd::net
