// The layer between a protocol (HTTP, WebSocket) and the socket, plain or TLS. What is put in is taken at once and
// leaves with everything else of the shard's turn in one system call. Each frame is one unit, so that none cuts into
// another. What comes is read where all sockets of the shard are read to, so that one that is idle holds no buffer.
//
// Shared by its connection and its own pending I/O; used on the shard's thread only. It tells its observer what
// happens from its own completions and at the end of a turn, never from inside a call of the observer's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "core/frame.hpp"
#include "core/stats.hpp"
#include "core/transport.hpp"
#include "core/turn.hpp"
#include "net/frame_queue.hpp"
#include "net/tls.hpp"
#include "net/tls_channel.hpp"

namespace roomd::net {

namespace asio = boost::asio;
using boost::system::error_code;

class stream_observer {
 public:
  /// After `handshake()`: the stream can be used.
  virtual void on_stream_open() = 0;
  /// After `receive()`: what has come, at least one byte. The bytes may be changed; they stand during the call.
  virtual void on_stream_input(std::span<char> bytes) = 0;
  /// After `handshake()` or `receive()`: nothing more will come.
  virtual void on_stream_end() = 0;
  /// The kernel takes no more. Not said again until all is gone.
  virtual void on_stream_blocked() = 0;
  /// After that: some of it went.
  virtual void on_stream_progress() = 0;
  /// All of it went. Only said to who asked for it with `hear_drained()`.
  virtual void on_stream_drained() = 0;
  /// A write failed, and what waited is dropped: the peer is gone.
  virtual void on_stream_failed() = 0;
  /// After `finish()`: everything is sent, nothing more comes.
  virtual void on_stream_finished() = 0;

 protected:
  ~stream_observer() = default;
};

/// What the streams of one shard share.
struct stream_home {
  turn_queue& turns;
  shard_stats& stats;
  std::span<char> input;   ///< where every socket is read to, so that an idle one needs no buffer
  std::span<char> output;  ///< where a TLS record is gathered
};

class coalescing_stream final : public outbox,
                                public turn_end,
                                public std::enable_shared_from_this<coalescing_stream> {
 public:
  using executor_type = asio::io_context::executor_type;
  using socket_type = asio::basic_stream_socket<asio::ip::tcp, executor_type>;

  /// `home` outlives the open socket. `tls` null: a plain socket.
  coalescing_stream(const stream_home& home, socket_type socket, const tls_context_ptr& tls);
  ~coalescing_stream() override;

  /// Null: nobody wants to hear any more.
  void observe(stream_observer* o, bool hears_drained = false) {
    observer_ = o;
    hears_drained_ = hears_drained;
  }
  /// Whether the observer wants `on_stream_drained`. A delivery ends with it, and an observer that does nothing then is
  /// one object more that each delivery would fetch from memory.
  void hear_drained(bool yes) { hears_drained_ = yes; }
  bool is_tls() const { return tls_ != nullptr; }
  std::string peer_address() const;
  /// Without its port, and of IPv6 the first 64 bits, which one customer has for himself; empty: not known.
  std::string peer_group() const;

  /// Server side of the TLS handshake; where there is no TLS, it is over at once.
  void handshake();
  /// Reads at most `most` bytes (and no more than fit) once, when there are any. One at a time.
  void receive(std::size_t most = static_cast<std::size_t>(-1));

  /// Whether its input and output come before those of others, which wait for the shard's spare time. Not so at first.
  void favour(bool yes) { favoured_ = yes; }

  void push(frame_ptr f) override;
  std::size_t buffered() const override { return queue_.bytes(); }
  /// Drops what the kernel (or TLS) has not begun to take, up to a frame's edge.
  void discard_unsent();
  /// No more output after what is buffered, then the stream's end. Unless the peer has said its last word already,
  /// what it still sends is thrown away until it ends too: the kernel would answer late bytes with a reset, which
  /// can overtake the last frame. The deadline is the observer's.
  void finish(bool peer_is_done);
  /// Closes the socket; what is under way ends without a word.
  void abort();

  /// Whether there is something to read, the peer's end too; whether the kernel takes more; whether there is something to
  /// read, or to send and the kernel takes it. A system call each.
  bool input_waits();
  bool takes_output();
  bool goes_on();

  void on_turn_end() noexcept override;

 private:
  void shake_hands();
  void await_input();
  void on_readable(error_code ec);
  void read();
  std::ptrdiff_t read_socket(std::span<char> into);
  bool is_ready(short for_what);
  void received(std::span<char> bytes);
  enum class flushed { all, part, failed };

  void flush();
  flushed flush_socket();
  std::ptrdiff_t send_some();
  std::ptrdiff_t send_record();
  void block();
  void wait_writable();
  void write_on();
  void after_progress();
  void drained();
  void consume(std::size_t n);
  void drop_all();
  void fail();
  void shut_down();
  void await_end();
  void discard_input();
  bool dead() const { return failed_ || !socket_.is_open(); }

  // What each delivery looks at comes first, so that it lies together.
  frame_queue queue_;
  const stream_home& home_;
  std::unique_ptr<tls_channel> tls_;
  stream_observer* observer_ = nullptr;
  bool blocked_ = false;
  bool waiting_ = false;  ///< for the socket to become writable
  bool failed_ = false;
  bool finishing_ = false;
  bool peer_is_done_ = false;
  bool hears_drained_ = false;
  bool favoured_ = false;
  bool readable_ = false;   ///< input waits for spare time
  bool writable_ = false;   ///< the kernel takes more again, which waits for spare time too
  std::uint32_t most_ = 0;  ///< of `receive()`, where it is `readable_`
  socket_type socket_;
};

}  // namespace roomd::net
