#include "net/ws_session.hpp"

#include <string_view>
#include <utility>

#include <boost/beast/websocket/stream.hpp>

#include "core/timing_wheel.hpp"
#include "net/close_cause.hpp"
#include "net/coalescing_stream.hpp"
#include "net/connection_registry.hpp"
#include "net/log.hpp"
#include "net/message_buffer.hpp"
#include "net/server.hpp"

namespace roomd::net {

namespace {

namespace websocket = beast::websocket;

class ws_session final : public transport,
                         public connection,
                         stream_observer,
                         wheel_timer,
                         public std::enable_shared_from_this<ws_session> {
 public:
  ws_session(server& s, std::shared_ptr<coalescing_stream> stream, peer who);
  void start(const request& r, upgrade how);

  void send(frame_ptr f) override { stream_->push(std::move(f)); }
  std::size_t buffered() const override { return stream_->buffered(); }
  void pause_reading(bool paused) override;
  void close(close_code code) override;
  void close_discarding(close_code code) override;
  void abort() override;
  void drain() override {}

 private:
  enum class phase {
    accepting,
    open,
    closing,    ///< our close frame is on its way, or the peer's answer to it
    finishing,  ///< the handshake is over: the rest goes out, then the socket ends
    ended,
  };

  void on_stream_blocked() override { tell(&transport_listener::on_blocked); }
  void on_stream_progress() override { tell(&transport_listener::on_progress); }
  void on_stream_drained() override {
    if (paused_) tell(&transport_listener::on_progress);
  }
  void on_stream_failed() override { end(close_cause::none); }
  void on_stream_finished() override { end(cause_); }
  void on_timer(time_point) override { end(cause_); }

  void on_accepted(error_code ec);
  bool take_place();
  void read();
  void on_read(error_code ec, std::size_t n);
  void on_read_failed(error_code ec);
  void deliver();
  void resume();
  void start_close(int code, std::string_view reason);
  void finish(int cause, bool peer_is_done);
  void leave(int cause);
  void end(int cause);
  void tell(void (transport_listener::*what)());
  template <class F>
  void guarded(F&& step) noexcept;

  server& server_;
  std::shared_ptr<coalescing_stream> stream_;
  websocket::stream<coalescing_stream&, false> ws_;
  std::shared_ptr<ws_session> self_;  ///< until it ends
  listener_ptr listener_;
  peer who_;
  message_buffer message_;
  int cause_ = close_cause::none;
  phase phase_ = phase::accepting;
  bool has_place_ = false;  ///< counts against limits.connections
  bool paused_ = false;
  bool reading_ = false;
  bool held_ = false;  ///< a whole message waits for the end of the pause
};

ws_session::ws_session(server& s, std::shared_ptr<coalescing_stream> stream, peer who)
    : server_(s), stream_(std::move(stream)), ws_(*stream_), who_(std::move(who)) {
  ws_.read_message_max(server_.settings().session.max_message);
}

// --- opening -----------------------------------------------------------------------------------------------------

void ws_session::start(const request& r, upgrade how) {
  self_ = shared_from_this();
  server_.connections().add(*this);
  stream_->observe(this);
  ws_.set_option(websocket::stream_base::decorator([how](websocket::response_type& answer) {
    answer.set(beast::http::field::server, "roomd");
    if (how.subprotocol) answer.set(beast::http::field::sec_websocket_protocol, "roomd.v1");
  }));
  ws_.async_accept(r, [self = shared_from_this()](error_code ec) { self->on_accepted(ec); });
}

void ws_session::on_accepted(error_code ec) {
  if (phase_ != phase::accepting) return;
  if (ec) return end(close_cause::none);
  phase_ = phase::open;
  ++server_.shard().stats.connections;
  ws_.control_callback([this](websocket::frame_type kind, beast::string_view) {
    if (kind != websocket::frame_type::close) tell(&transport_listener::on_alive);
  });
  if (!take_place()) return close(close_code::too_many_connections);
  guarded([this] { listener_ = server_.shard().open_session(shared_from_this(), std::move(who_)); });
  if (phase_ == phase::open && !paused_ && !reading_) read();
}

bool ws_session::take_place() {
  auto& open = server_.node().sessions;
  has_place_ = open.fetch_add(1, std::memory_order_relaxed) < server_.settings().limits.connections;
  if (!has_place_) open.fetch_sub(1, std::memory_order_relaxed);
  return has_place_;
}

// --- reading -----------------------------------------------------------------------------------------------------

void ws_session::read() {
  reading_ = true;
  const auto [data, size] = message_.room(server_.settings().session.max_message);
  ws_.async_read_some(asio::mutable_buffer(data, size),
                      [self = shared_from_this()](error_code ec, std::size_t n) {
                        self->reading_ = false;
                        self->on_read(ec, n);
                      });
}

void ws_session::on_read(error_code ec, std::size_t n) {
  if (phase_ != phase::open) return;
  if (ec) return on_read_failed(ec);
  guarded([this, n] {
    message_.commit(n);
    if (!ws_.is_message_done()) {
      if (!paused_) read();
    } else if (paused_) {
      held_ = true;
    } else {
      deliver();
    }
  });
}

void ws_session::deliver() {
  if (ws_.got_binary()) {
    listener_->on_binary();
  } else if (message_.ends_inside_character()) {  // Beast does not look where the last fragment is empty
    return start_close(websocket::close_code::bad_payload, {});
  } else {
    listener_->on_text(message_.text());
  }
  message_.clear();
  if (phase_ == phase::open && !paused_ && !reading_) read();
}

void ws_session::pause_reading(bool paused) {
  const bool was = std::exchange(paused_, paused);
  if (was && !paused) asio::post(stream_->get_executor(), [self = shared_from_this()] { self->resume(); });
}

void ws_session::resume() {
  if (paused_ || reading_ || phase_ != phase::open) return;
  guarded([this] {
    if (std::exchange(held_, false)) {
      deliver();
    } else {
      read();
    }
  });
}

// --- the end -----------------------------------------------------------------------------------------------------

void ws_session::close(close_code code) { start_close(static_cast<int>(code), describe(code).reason); }

void ws_session::start_close(int code, std::string_view reason) {
  if (phase_ != phase::open) return;
  phase_ = phase::closing;
  cause_ = code;
  server_.set_timer(*this, server_.settings().session.close_timeout);
  const websocket::close_reason why(static_cast<websocket::close_code>(code),
                                    beast::string_view(reason.data(), reason.size()));
  ws_.async_close(why, [self = shared_from_this()](error_code ec) { self->finish(self->cause_, !ec); });
}

void ws_session::close_discarding(close_code code) {
  if (phase_ != phase::open) return;  // what waits now is the close frame
  stream_->discard_unsent();
  close(code);
  server_.set_timer(*this, server_.settings().session.write_timeout);
}

// While we close, the close operation says when it is over.
void ws_session::on_read_failed(error_code ec) {
  if (is_websocket_end(ec)) {
    finish(cause_of(ec, ws_.reason().code), ec == websocket::error::closed);
  } else {
    end(close_cause::none);
  }
}

void ws_session::finish(int cause, bool peer_is_done) {
  if (phase_ == phase::finishing || phase_ == phase::ended) return;
  if (phase_ == phase::open) server_.set_timer(*this, server_.settings().session.close_timeout);
  phase_ = phase::finishing;
  cause_ = cause;
  stream_->finish(peer_is_done);
}

void ws_session::abort() {
  if (phase_ == phase::ended) return;
  leave(cause_);
  asio::post(stream_->get_executor(), [self = std::exchange(self_, nullptr)] { self->end(self->cause_); });
}

// Everything but the listener, which hears of it from a completion only.
void ws_session::leave(int cause) {
  auto& stats = server_.shard().stats;
  if (phase_ != phase::accepting) {
    --stats.connections;
    ++stats.closes[cause];
  }
  phase_ = phase::ended;
  if (has_place_) server_.node().sessions.fetch_sub(1, std::memory_order_relaxed);
  server_.cancel_timer(*this);
  server_.connections().remove(*this);
  stream_->observe(nullptr);
  stream_->abort();
}

void ws_session::end(int cause) {
  const auto keep = std::exchange(self_, nullptr);
  if (phase_ != phase::ended) leave(cause);
  if (const auto last = std::exchange(listener_, nullptr)) guarded([&] { last->on_closed(); });
}

void ws_session::tell(void (transport_listener::*what)()) {
  if (!listener_) return;
  guarded([this, what, to = listener_] { (to.get()->*what)(); });
}

template <class F>
void ws_session::guarded(F&& step) noexcept {
  try {
    step();
  } catch (const std::exception& fault) {
    logger().error("net.exception where=websocket what=\"{}\"", fault.what());
    close(close_code::internal_error);
  }
}

}  // namespace

void start_websocket(server& s, std::shared_ptr<coalescing_stream> stream, request r, upgrade how, peer who) {
  std::make_shared<ws_session>(s, std::move(stream), std::move(who))->start(r, how);
}

}  // namespace roomd::net
