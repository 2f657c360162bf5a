#include "net/coalescing_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <boost/asio/post.hpp>

namespace roomd::net {

namespace {

constexpr std::size_t parts_a_call = 64;

}  // namespace

coalescing_stream::coalescing_stream(const stream_home& home, socket_type socket, const tls_context_ptr& tls)
    : home_(home), socket_(std::move(socket)) {
  if (tls) tls_ = std::make_unique<tls_channel>(tls, socket_.native_handle());
  ++home_.stats.sockets;
  if (tls_) ++home_.stats.tls_sockets;
}

coalescing_stream::~coalescing_stream() { abort(); }

std::string coalescing_stream::peer_address() const {
  error_code failed;
  const auto end = socket_.remote_endpoint(failed);
  if (failed) return {};
  const auto address = end.address().to_string();
  return (end.address().is_v6() ? '[' + address + ']' : address) + ':' + std::to_string(end.port());
}

std::string coalescing_stream::peer_group() const {
  error_code failed;
  const auto address = socket_.remote_endpoint(failed).address();
  if (failed || !address.is_v6()) return failed ? std::string() : address.to_string();
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return asio::ip::address_v6(bytes).to_string();
}

// --- input -------------------------------------------------------------------------------------------------------

void coalescing_stream::receive(std::size_t most) {
  most_ = static_cast<std::uint32_t>(std::min<std::size_t>(most, UINT32_MAX));
  if (!tls_ || !tls_->has_pending()) return await_input();
  // What TLS has taken from the socket already does not make the socket readable.
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->on_readable({}); });
}

void coalescing_stream::await_input() {
  socket_.async_wait(socket_type::wait_read,
                     [self = shared_from_this()](error_code ec) { self->on_readable(ec); });
}

void coalescing_stream::on_readable(error_code ec) {
  if (!socket_.is_open()) return;
  if (ec) return received({});
  if (favoured_) return read();
  readable_ = true;
  home_.turns.mark_spare(*this);
}

void coalescing_stream::read() {
  const auto into = home_.input.first(std::min<std::size_t>(most_, home_.input.size()));
  const auto n = tls_ ? tls_->read(into) : read_socket(into);
  if (n < 0) return await_input();
  home_.stats.bytes_in += static_cast<std::size_t>(n);
  received(into.first(static_cast<std::size_t>(n)));
}

// Bytes read; 0: the end; -1: nothing is there.
std::ptrdiff_t coalescing_stream::read_socket(std::span<char> into) {
  const auto n = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
  if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? -1 : 0;
  return n;
}

bool coalescing_stream::is_ready(short for_what) {
  pollfd socket{socket_.native_handle(), for_what, 0};
  return socket_.is_open() && ::poll(&socket, 1, 0) > 0;
}

bool coalescing_stream::input_waits() { return is_ready(POLLIN) || (tls_ && tls_->has_pending()); }

bool coalescing_stream::takes_output() { return is_ready(POLLOUT); }

bool coalescing_stream::goes_on() { return is_ready(queue_.empty() ? POLLIN : POLLIN | POLLOUT); }

void coalescing_stream::received(std::span<char> bytes) {
  if (!observer_) return;
  bytes.empty() ? observer_->on_stream_end() : observer_->on_stream_input(bytes);
}

// --- output ------------------------------------------------------------------------------------------------------

void coalescing_stream::push(frame_ptr f) {
  if (dead() || finishing_) return;
  home_.stats.outbox_bytes += f->size();
  queue_.push(std::move(f));
  if (blocked_) return;
  favoured_ ? home_.turns.mark(*this) : home_.turns.mark_spare(*this);
}

// Whatever may end the connection, and so the stream, is the last thing done here and in what it calls.
void coalescing_stream::on_turn_end() noexcept {
  if (dead()) return;
  const auto keep = readable_ || writable_ ? shared_from_this() : nullptr;
  try {
    if (!blocked_) {
      if (!queue_.empty()) flush();
    } else if (writable_) {
      write_on();
    }
    if (keep && !dead() && std::exchange(readable_, false)) read();
  } catch (
      const std::exception&) {  // no memory to wait for the socket: this connection's end, not the shard's
    fail();
  }
}

void coalescing_stream::flush() {
  switch (flush_socket()) {
    case flushed::all:
      return drained();
    case flushed::part:
      return block();
    case flushed::failed:
      return fail();
  }
}

coalescing_stream::flushed coalescing_stream::flush_socket() {
  while (!queue_.empty()) {
    const auto sent = tls_ ? send_record() : send_some();
    if (sent >= 0) {
      consume(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return flushed::part;
    } else if (errno != EINTR) {
      return flushed::failed;
    }
  }
  return flushed::all;
}

std::ptrdiff_t coalescing_stream::send_some() {
  constexpr int how = MSG_NOSIGNAL | MSG_DONTWAIT;
  if (queue_.single()) {  // the rule, and worth not to make room for more
    const std::string_view part = queue_.first();
    return ::send(socket_.native_handle(), part.data(), part.size(), how);
  }
  std::array<std::string_view, parts_a_call> parts;
  const std::size_t count = queue_.front(parts);
  std::array<iovec, parts_a_call> vector;
  for (std::size_t i = 0; i < count; ++i) vector[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
  msghdr message{};
  message.msg_iov = vector.data();
  message.msg_iovlen = count;
  return ::sendmsg(socket_.native_handle(), &message, how);
}

void coalescing_stream::block() {
  blocked_ = true;
  wait_writable();
  if (observer_) observer_->on_stream_blocked();
}

void coalescing_stream::wait_writable() {
  if (std::exchange(waiting_, true)) return;
  socket_.async_wait(socket_type::wait_write, [self = shared_from_this()](error_code) {
    self->waiting_ = false;
    if (self->dead()) return;
    self->writable_ = true;
    self->home_.turns.mark_spare(*self);
  });
}

void coalescing_stream::write_on() {
  writable_ = false;
  const auto before = buffered();
  const auto outcome = flush_socket();
  if (outcome == flushed::failed) return fail();
  outcome == flushed::all ? drained() : wait_writable();
  if (buffered() < before) after_progress();
}

void coalescing_stream::after_progress() {
  if (!dead() && observer_) observer_->on_stream_progress();
}

void coalescing_stream::drained() {
  blocked_ = false;
  if (finishing_) {
    shut_down();
  } else if (hears_drained_ && observer_) {
    observer_->on_stream_drained();
  }
}

void coalescing_stream::consume(std::size_t n) {
  home_.stats.bytes_out += n;
  home_.stats.outbox_bytes -= n;
  queue_.consume(n);
}

void coalescing_stream::drop_all() {
  home_.stats.outbox_bytes -= queue_.bytes();
  queue_.clear();
}

void coalescing_stream::discard_unsent() {
  home_.stats.outbox_bytes -= queue_.bytes();
  queue_.drop_behind(tls_ ? tls_->begun() : 0);
  home_.stats.outbox_bytes += queue_.bytes();
}

void coalescing_stream::fail() {
  failed_ = true;
  drop_all();
  if (finishing_) {
    await_end();
  } else if (observer_) {
    observer_->on_stream_failed();
  }
}

void coalescing_stream::finish(bool peer_is_done) {
  if (std::exchange(finishing_, true) || !socket_.is_open()) return;
  peer_is_done_ = peer_is_done;
  if (failed_) {
    await_end();
  } else if (queue_.empty()) {
    shut_down();
  }
}

void coalescing_stream::await_end() {
  if (!peer_is_done_ && !failed_) return discard_input();
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->observer_) self->observer_->on_stream_finished();
  });
}

void coalescing_stream::discard_input() {
  socket_.async_wait(socket_type::wait_read, [self = shared_from_this()](error_code ec) {
    if (!self->socket_.is_open()) return;
    if (!ec && self->read_socket(self->home_.input) != 0) return self->discard_input();
    self->peer_is_done_ = true;
    self->await_end();
  });
}

void coalescing_stream::abort() {
  if (!socket_.is_open()) return;
  home_.turns.unmark(*this);
  drop_all();
  error_code ignored;
  socket_.close(ignored);
  --home_.stats.sockets;
  if (tls_) --home_.stats.tls_sockets;
}

}  // namespace roomd::net
