#include "net/coalescing_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>

#include <sys/socket.h>
#include <sys/uio.h>

namespace roomd::net {

namespace {

constexpr std::size_t parts_a_call = 64;
constexpr std::size_t tls_record = 16384;
constexpr std::size_t idle_capacity = 8;  ///< frames; an idle queue holds no more memory

}  // namespace

coalescing_stream::coalescing_stream(turn_queue& turns, shard_stats& stats, socket_type socket,
                                     const tls_context_ptr& tls, std::size_t write_bound)
    : turns_(turns), stats_(stats), socket_(std::move(socket)), write_bound_(write_bound) {
  if (tls) tls_ = std::make_unique<tls_stream>(socket_, *tls);
  ++stats_.sockets;
}

coalescing_stream::~coalescing_stream() { abort(); }

std::string coalescing_stream::peer_address() const {
  error_code failed;
  const auto end = socket_.remote_endpoint(failed);
  if (failed) return {};
  const auto address = end.address().to_string();
  return (end.address().is_v6() ? '[' + address + ']' : address) + ':' + std::to_string(end.port());
}

void coalescing_stream::push(frame_ptr f) {
  if (dead() || finishing_) return;
  buffered_ += f->size();
  stats_.outbox_bytes += f->size();
  queue_.push_back(std::move(f));
  if (!blocked_) turns_.mark(*this);
}

void coalescing_stream::on_turn_end() noexcept {
  const auto keep = weak_from_this().lock();
  if (blocked_ || dead()) return;
  try {
    flush();
  } catch (
      const std::exception&) {  // no memory, no socket to wait for: this connection's end, not the shard's
    fail();
  }
}

void coalescing_stream::flush() {
  if (tls_) {
    flush_tls();
  } else if (flush_socket()) {
    drained();
  } else if (!dead()) {
    block();
  }
}

// True: all of it is gone.
bool coalescing_stream::flush_socket() {
  while (head_ < queue_.size()) {
    std::array<iovec, parts_a_call> parts;
    std::size_t count = 0;
    for (std::size_t i = head_; i < queue_.size() && count < parts.size(); ++i) {
      const auto bytes = queue_[i]->wire().substr(i == head_ ? offset_ : 0);
      parts[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const auto sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      consume(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return false;
    } else if (errno != EINTR) {
      fail();
      return false;
    }
  }
  return true;
}

void coalescing_stream::flush_tls() {
  if (!in_flight_.empty()) return;
  if (head_ == queue_.size()) return drained();
  for (std::size_t i = head_; i < queue_.size() && in_flight_.size() < tls_record; ++i) {
    const auto bytes = queue_[i]->wire().substr(i == head_ ? offset_ : 0);
    in_flight_.append(bytes.substr(0, tls_record - in_flight_.size()));
  }
  tls_->async_write_some(asio::buffer(in_flight_), [self = shared_from_this()](error_code ec, std::size_t n) {
    self->on_tls_written(ec, n);
  });
  if (!std::exchange(blocked_, true) && observer_) observer_->on_stream_blocked();
}

void coalescing_stream::on_tls_written(error_code ec, std::size_t n) {
  in_flight_.clear();
  if (!socket_.is_open()) return;
  if (ec) return fail();
  consume(n);
  flush_tls();
  after_progress();
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
    const auto before = self->buffered_;
    if (self->flush_socket()) {
      self->drained();
    } else if (!self->dead()) {
      self->wait_writable();
    }
    if (self->buffered_ < before) self->after_progress();
  });
}

void coalescing_stream::after_progress() {
  if (dead()) return;
  if (buffered_ <= write_bound_) release_held();
  if (observer_) observer_->on_stream_progress();
}

void coalescing_stream::drained() {
  queue_.clear();
  if (queue_.capacity() > idle_capacity) queue_.shrink_to_fit();
  in_flight_.shrink_to_fit();
  head_ = 0;
  blocked_ = false;
  release_held();
  if (finishing_) {
    shut_down();
  } else if (observer_) {
    observer_->on_stream_drained();
  }
}

void coalescing_stream::consume(std::size_t n) {
  stats_.bytes_out += n;
  stats_.outbox_bytes -= n;
  buffered_ -= n;
  while (n > 0) {
    const auto rest = queue_[head_]->size() - offset_;
    if (n < rest) {
      offset_ += n;
      break;
    }
    n -= rest;
    offset_ = 0;
    queue_[head_++].reset();
  }
  // A reader that is never quite done must not leave an ever longer row of empty places.
  if (head_ > idle_capacity && head_ * 2 > queue_.size()) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void coalescing_stream::drop_from(std::size_t index) {
  for (auto i = index; i < queue_.size(); ++i) {
    const auto size = queue_[i]->size() - (i == head_ ? offset_ : 0);
    buffered_ -= size;
    stats_.outbox_bytes -= size;
  }
  queue_.resize(index);
}

void coalescing_stream::discard_unsent() {
  auto begun = offset_ + in_flight_.size();
  auto keep = head_;
  while (begun > 0) begun -= std::min(begun, queue_[keep++]->size());
  drop_from(keep);
  if (buffered_ <= write_bound_) release_held();
}

void coalescing_stream::fail() {
  failed_ = true;
  drop_from(head_);
  release_held();
  if (finishing_) {
    await_end();
  } else if (observer_) {
    observer_->on_stream_failed();
  }
}

// Later, because whoever makes room may be called by the one who waits for it.
void coalescing_stream::release_held() {
  if (!held_write_.has_value()) return;
  asio::post(get_executor(), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->held_write_.has_value()) self->held_write_.invoke();
  });
}

void coalescing_stream::finish(bool peer_is_done) {
  if (std::exchange(finishing_, true) || !socket_.is_open()) return;
  peer_is_done_ = peer_is_done;
  if (failed_) {
    await_end();
  } else if (buffered_ == 0 && in_flight_.empty()) {
    shut_down();
  }
}

void coalescing_stream::shut_down() {
  const auto end_socket = [self = shared_from_this()](error_code) {
    error_code ignored;
    self->socket_.shutdown(socket_type::shutdown_send, ignored);
    self->await_end();
  };
  if (tls_) {
    tls_->async_shutdown(end_socket);
  } else {
    end_socket({});
  }
}

void coalescing_stream::await_end() {
  if (!peer_is_done_ && !failed_) return discard_input();
  asio::post(get_executor(), [self = shared_from_this()] {
    if (self->observer_) self->observer_->on_stream_finished();
  });
}

void coalescing_stream::discard_input() {
  const auto scratch = std::make_shared<std::array<char, 4096>>();
  socket_.async_read_some(asio::buffer(*scratch),
                          [self = shared_from_this(), scratch](error_code ec, std::size_t n) {
                            self->stats_.bytes_in += n;
                            if (!ec) return self->discard_input();
                            self->peer_is_done_ = true;
                            self->await_end();
                          });
}

void coalescing_stream::abort() {
  if (!socket_.is_open()) return;
  turns_.unmark(*this);
  drop_from(head_);
  error_code ignored;
  socket_.close(ignored);
  release_held();
  --stats_.sockets;
}

}  // namespace roomd::net
