// The half of coalescing_stream that knows TLS.
#include <boost/asio/post.hpp>

#include "net/coalescing_stream.hpp"

namespace roomd::net {

void coalescing_stream::handshake() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->shake_hands(); });
}

void coalescing_stream::shake_hands() {
  if (!observer_ || dead()) return;
  const auto how = tls_ ? tls_->handshake() : tls_channel::progress::done;
  if (how == tls_channel::progress::done) return observer_->on_stream_open();
  if (how == tls_channel::progress::failed) return observer_->on_stream_end();
  const bool reads = how == tls_channel::progress::wants_read;
  socket_.async_wait(reads ? socket_type::wait_read : socket_type::wait_write,
                     [self = shared_from_this()](error_code) { self->shake_hands(); });
}

// The first bytes that wait, where they lie or gathered in the shard's scratch memory.
std::ptrdiff_t coalescing_stream::send_record() {
  const std::string_view first = queue_.first();
  const std::size_t enough = tls_->begun() > 0 ? tls_->begun() : tls_channel::record_size;
  if (queue_.single() || first.size() >= enough) return tls_->write(first);
  return tls_->write(queue_.copy_front(home_.output));
}

void coalescing_stream::shut_down() {
  if (!socket_.is_open()) return;
  if (tls_ && tls_->say_end() == tls_channel::progress::wants_write)
    return socket_.async_wait(socket_type::wait_write,
                              [self = shared_from_this()](error_code) { self->shut_down(); });
  error_code ignored;
  socket_.shutdown(socket_type::shutdown_send, ignored);
  await_end();
}

}  // namespace roomd::net
