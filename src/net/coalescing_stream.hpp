// The layer between a protocol (HTTP, Beast's WebSocket) and the socket, plain or TLS. What is written is taken at
// once and leaves with everything else of the shard's turn in one system call; frames can be put in directly. Each
// write is one unit, so that a frame never cuts into another. It models Beast's AsyncStream; the socket's type is
// hidden, so that Beast's code exists once.
//
// Shared by its connection and its own pending I/O; used on the shard's thread only. It tells its observer what
// happens from its own completions and at the end of a turn, never from inside a call of the observer's.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/saved_handler.hpp>

#include "core/frame.hpp"
#include "core/stats.hpp"
#include "core/turn.hpp"
#include "net/counting_handler.hpp"
#include "net/tls.hpp"

namespace roomd::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

class stream_observer {
 public:
  /// The kernel takes no more. Not said again until all is gone.
  virtual void on_stream_blocked() = 0;
  /// After that: some of it went.
  virtual void on_stream_progress() = 0;
  /// All of it went.
  virtual void on_stream_drained() = 0;
  /// A write failed, and what waited is dropped: the peer is gone.
  virtual void on_stream_failed() = 0;
  /// After `finish()`: everything is sent, nothing more comes.
  virtual void on_stream_finished() = 0;

 protected:
  ~stream_observer() = default;
};

// Not final: Asio derives from executors' and streams' types in its traits.
class coalescing_stream : public turn_end, public std::enable_shared_from_this<coalescing_stream> {
 public:
  using executor_type = asio::io_context::executor_type;
  using socket_type = asio::basic_stream_socket<asio::ip::tcp, executor_type>;

  /// A write of Beast's completes only while at most `write_bound` bytes wait, so that a peer that sends pings and
  /// reads no pongs is not read from any more. `tls` null: a plain socket.
  coalescing_stream(turn_queue& turns, shard_stats& stats, socket_type socket, const tls_context_ptr& tls,
                    std::size_t write_bound);
  virtual ~coalescing_stream();

  executor_type get_executor() noexcept { return socket_.get_executor(); }
  /// Null: nobody wants to hear any more.
  void observe(stream_observer* o) { observer_ = o; }
  bool is_tls() const { return tls_ != nullptr; }
  std::string peer_address() const;

  /// Server side of the TLS handshake; calls back at once, from a completion, where there is no TLS.
  template <class Handler>
  void async_handshake(Handler handler);
  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& into, Handler&& handler);
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& from, Handler&& handler);

  void push(frame_ptr f);
  std::size_t buffered() const { return buffered_; }
  /// Drops what the kernel (or TLS) has not begun to take, up to a frame's edge.
  void discard_unsent();
  /// No more output after what is buffered, then the stream's end. Unless the peer has said its last word already,
  /// what it still sends is thrown away until it ends too: the kernel would answer late bytes with a reset, which
  /// can overtake the last frame. The deadline is the observer's.
  void finish(bool peer_is_done);
  /// Closes the socket; pending operations complete with an error.
  void abort();

  void on_turn_end() noexcept override;

 private:
  using tls_stream = asio::ssl::stream<socket_type&>;

  void flush();
  bool flush_socket();
  void flush_tls();
  void on_tls_written(error_code ec, std::size_t n);
  void block();
  void wait_writable();
  void after_progress();
  void drained();
  void consume(std::size_t n);
  void drop_from(std::size_t index);
  void fail();
  void release_held();
  void shut_down();
  void await_end();
  void discard_input();
  bool dead() const { return failed_ || !socket_.is_open(); }

  turn_queue& turns_;
  shard_stats& stats_;
  socket_type socket_;
  std::unique_ptr<tls_stream> tls_;
  stream_observer* observer_ = nullptr;
  std::size_t write_bound_;

  std::vector<frame_ptr> queue_;  ///< from `head_` on; the first frame from `offset_` on
  std::size_t head_ = 0;
  std::size_t offset_ = 0;
  std::size_t buffered_ = 0;
  std::string in_flight_;            ///< what TLS is writing: a copy of the queue's beginning
  beast::saved_handler held_write_;  ///< a write of Beast's that waits for the bound
  bool blocked_ = false;
  bool waiting_ = false;  ///< for the socket to become writable
  bool failed_ = false;
  bool finishing_ = false;
  bool peer_is_done_ = false;
};

template <class Handler>
void coalescing_stream::async_handshake(Handler handler) {
  if (tls_) {
    tls_->async_handshake(asio::ssl::stream_base::server, std::move(handler));
  } else {
    asio::post(get_executor(), beast::bind_front_handler(std::move(handler), error_code{}));
  }
}

template <class Buffers, class Handler>
auto coalescing_stream::async_read_some(const Buffers& into, Handler&& handler) {
  // One buffer at a time is enough, and one type of buffers is compiled instead of one for each caller.
  asio::mutable_buffer first;
  for (auto it = asio::buffer_sequence_begin(into); it != asio::buffer_sequence_end(into); ++it) {
    first = *it;
    if (first.size() > 0) break;
  }
  return asio::async_initiate<Handler, void(error_code, std::size_t)>(
      [this](auto h, asio::mutable_buffer b) {
        counting_handler<decltype(h)> counted{std::move(h), &stats_.bytes_in};
        if (tls_) {
          tls_->async_read_some(b, std::move(counted));
        } else {
          socket_.async_read_some(b, std::move(counted));
        }
      },
      handler, first);
}

template <class Buffers, class Handler>
auto coalescing_stream::async_write_some(const Buffers& from, Handler&& handler) {
  auto taken = std::make_shared<const frame>(beast::buffers_to_string(from), 0, 0);
  return asio::async_initiate<Handler, void(error_code, std::size_t)>(
      [this](auto h, frame_ptr f) {
        const std::size_t n = f->size();
        push(std::move(f));
        auto complete = [this, n, done = std::move(h)](error_code = {}) mutable {
          std::move(done)(dead() ? asio::error::make_error_code(asio::error::broken_pipe) : error_code{}, n);
        };
        if (buffered_ > write_bound_) {
          held_write_.emplace(std::move(complete));
        } else {
          asio::post(get_executor(), std::move(complete));
        }
      },
      handler, std::move(taken));
}

// What Beast calls at a WebSocket's end. The connection ends the socket itself, with `finish()`.
template <class Handler>
void async_teardown(beast::role_type, coalescing_stream& s, Handler&& handler) {
  asio::post(s.get_executor(), beast::bind_front_handler(std::forward<Handler>(handler), error_code{}));
}
inline void beast_close_socket(coalescing_stream& s) { s.abort(); }

}  // namespace roomd::net
