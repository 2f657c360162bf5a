#include "net/ws_session.hpp"

#include <span>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "core/timing_wheel.hpp"
#include "net/coalescing_stream.hpp"
#include "net/connection_context.hpp"
#include "net/control_frames.hpp"
#include "net/guarded.hpp"
#include "net/input_fault.hpp"
#include "protocol/received_text.hpp"
#include "protocol/ws_reader.hpp"

namespace roomd::net {

namespace {

using protocol::ws_reader;

class ws_session final : public transport,
                         public connection,
                         stream_observer,
                         wheel_timer,
                         public std::enable_shared_from_this<ws_session> {
 public:
  ws_session(connection_context& c, std::shared_ptr<coalescing_stream> stream)
      : context_(c), stream_(std::move(stream)), settings_(c.settings()) {}
  void start(const upgrade& how, peer who);

  outbox& output() override { return *stream_; }
  bool deflates() const override { return deflates_; }
  void pause_reading(bool paused) override;
  void favour(bool yes) override { stream_->favour(yes); }
  void close(close_code code) override;
  void close_discarding(close_code code) override;
  void abort() override;
  bool input_waits() const override { return !held_.empty() || stream_->input_waits(); }
  bool takes_output() const override { return stream_->takes_output(); }

 private:
  enum class phase {
    open,
    closing,    ///< our close frame is on its way, or the peer's answer to it
    finishing,  ///< the handshake is over: the rest goes out, then the socket ends
    ended,
  };

  void on_stream_open() override {}
  void on_stream_input(std::span<char> bytes) override;
  void on_stream_end() override;
  void on_stream_blocked() override { tell(&transport_listener::on_blocked); }
  void on_stream_progress() override;
  void on_stream_drained() override;
  void on_stream_failed() override { end(by_peer_ ? cause_ : close_cause::none); }
  void on_stream_finished() override { end(cause_); }
  void on_timer(time_point) override;

  void read_on();
  void take(std::span<char> bytes);
  void handle(ws_reader::event e);
  void take_text();
  void handle_closing(ws_reader::event e);
  void pong();
  void resume_later();
  void resume();
  void unstuff();
  void stuff(bool yes) { stream_->hear_drained((stuffed_ = yes) || paused_); }
  void peer_closes();
  const config::session_settings& rules() const { return settings_->session; }
  bool reads() const { return phase_ == phase::closing || (phase_ == phase::open && !paused_ && !stuffed_); }
  void fail(const input_fault& why);
  void finish(int cause, bool peer_is_done);
  void leave(int cause);
  void end(int cause);
  void tell(void (transport_listener::*what)()) {
    if (listener_) guarded([what, to = listener_] { (to.get()->*what)(); });
  }
  template <class F>
  void guarded(F&& step) noexcept {
    net::guarded("websocket", step, [this] { close(close_code::internal_error); });
  }

  connection_context& context_;
  std::shared_ptr<coalescing_stream> stream_;
  std::shared_ptr<ws_session> self_;                  ///< until it ends
  std::shared_ptr<const config::settings> settings_;  ///< those that it began with
  listener_ptr listener_;
  ws_reader reader_;
  std::string held_;  ///< input that came before a pause and is not yet looked at
  int cause_ = close_cause::none;
  phase phase_ = phase::open;
  bool has_place_ = false;  ///< counts against limits.connections
  bool deflates_ = false;   ///< permessage-deflate was agreed on
  bool paused_ = false;     ///< by the session
  bool stuffed_ = false;    ///< by pongs that the peer does not take
  bool reading_ = false;    ///< the stream is asked for input
  bool by_peer_ = false;    ///< `cause_` is the peer's code
  bool spared_ = false;     ///< the close time-out, once
};

// An idle connection holds one, compressed or not: what grows here, all of them pay for.
static_assert(sizeof(ws_session) <= 328);

void ws_session::start(const upgrade& how, peer who) {
  self_ = shared_from_this();
  context_.connections().add(*this);
  stream_->observe(this);
  ++context_.shard().stats.connections;
  deflates_ = !how.extensions.empty();
  stream_->push(std::make_shared<const frame>(accept_upgrade(how), 0, 0));
  has_place_ = context_.node().take_session(settings_->limits);
  if (has_place_) context_.node().give_http();
  guarded([&] {
    if (!has_place_) return close(close_code::too_many_connections);
    listener_ = context_.shard().open_session(shared_from_this(), std::move(who));
  });
  read_on();
}

// --- reading -----------------------------------------------------------------------------------------------------

void ws_session::read_on() {
  if (reads() && !std::exchange(reading_, true)) stream_->receive();
}

void ws_session::on_stream_input(std::span<char> bytes) {
  const auto keep = shared_from_this();
  reading_ = false;
  guarded([this, bytes] { take(bytes); });
  if (spared_ && phase_ == phase::closing) end(cause_);  // that was what it was spared for
}

void ws_session::take(std::span<char> bytes) {
  while (reads()) {
    const auto event = reader_.next(bytes, rules().max_message, deflates_);
    if (event == ws_reader::event::none) break;
    phase_ == phase::open ? handle(event) : handle_closing(event);
  }
  if (!bytes.empty() && phase_ == phase::open) held_.assign(bytes.data(), bytes.size());
  read_on();
}

void ws_session::handle(ws_reader::event e) {
  switch (e) {
    case ws_reader::event::text:
      return take_text();
    case ws_reader::event::binary:
      return listener_->on_binary();
    case ws_reader::event::ping:
      return pong();
    case ws_reader::event::pong:
      return listener_->on_alive();
    case ws_reader::event::close:
      return peer_closes();
    default:
      if (const auto fault = fault_of(e)) fail(*fault);
  }
}

void ws_session::take_text() {
  const protocol::received_text message(reader_.payload(), reader_.compressed(), rules().max_message);
  const auto fault = fault_of(message.state());
  fault ? fail(*fault) : listener_->on_text(message.text());
}

// Only the answer to our close frame counts now.
void ws_session::handle_closing(ws_reader::event e) {
  const bool answered = e == ws_reader::event::close;
  if (answered || fault_of(e)) finish(cause_, answered);
}

// A peer that pings and reads no pongs is not read from any more, and ends by the write time-out.
void ws_session::pong() {
  stream_->push(pong_frame(reader_.payload()));
  stuff(stream_->buffered() > rules().outbox_bytes);
  listener_->on_alive();
}

void ws_session::pause_reading(bool paused) {
  if (std::exchange(paused_, paused) && !paused) resume_later();
  stuff(stuffed_);
}

void ws_session::resume_later() {
  boost::asio::post(context_.shard().io,
                    [self = shared_from_this()] { self->guarded([&] { self->resume(); }); });
}

// What was held comes first. It may pause again in the middle of it.
void ws_session::resume() {
  if (!reads()) return;
  std::string held = std::exchange(held_, {});
  take(held);
}

void ws_session::on_stream_progress() {
  tell(&transport_listener::on_progress);
  unstuff();
}

void ws_session::on_stream_drained() {
  if (paused_) tell(&transport_listener::on_progress);
  unstuff();
}

void ws_session::unstuff() {
  if (!stuffed_ || stream_->buffered() > rules().outbox_bytes) return;
  stuff(false);
  guarded([this] { resume(); });
}

// --- the end -----------------------------------------------------------------------------------------------------

void ws_session::on_stream_end() {
  reading_ = false;
  if (phase_ == phase::closing) return finish(cause_, false);
  if (phase_ == phase::open) end(close_cause::none);
}

void ws_session::peer_closes() {
  const auto code = read_close(reader_.payload());
  if (!code) return fail({close_cause::protocol_error, "not a close frame of RFC 6455"});
  stream_->push(close_frame(*code == close_cause::no_status ? 1000 : *code, {}));
  finish(counted_as(*code), by_peer_ = true);
}

void ws_session::fail(const input_fault& why) {
  stream_->push(close_frame(why.code, why.reason));
  finish(why.code, false);
}

// After a standstill of the process the peer's answer may lie in the socket: it is read first, once.
void ws_session::on_timer(time_point) {
  if (stream_->goes_on() && !std::exchange(spared_, true))
    return context_.set_timer(*this, rules().close_timeout);
  end(cause_);
}

void ws_session::close(close_code code) {
  if (phase_ != phase::open) return;
  phase_ = phase::closing;
  cause_ = static_cast<int>(code);
  context_.set_timer(*this, rules().close_timeout);
  stream_->push(close_frame(cause_, describe(code).reason));
  resume_later();
}

void ws_session::close_discarding(close_code code) {
  if (phase_ != phase::open) return;  // what waits now is the close frame
  stream_->discard_unsent();
  close(code);
  context_.set_timer(*this, rules().write_timeout);
}

void ws_session::finish(int cause, bool peer_is_done) {
  if (phase_ == phase::finishing || phase_ == phase::ended) return;
  if (phase_ == phase::open) context_.set_timer(*this, rules().close_timeout);
  phase_ = phase::finishing;
  cause_ = cause;
  stream_->finish(peer_is_done);
}

void ws_session::abort() {
  if (phase_ == phase::ended) return;
  leave(cause_);
  boost::asio::post(context_.shard().io, [self = std::exchange(self_, nullptr)] { self->end(self->cause_); });
}

// Everything but the listener, which hears of it from a completion only.
void ws_session::leave(int cause) {
  auto& stats = context_.shard().stats;
  --stats.connections;
  ++(by_peer_ ? stats.peer_closes : stats.closes)[cause];
  phase_ = phase::ended;
  has_place_ ? context_.node().give_session() : context_.node().give_http();
  context_.cancel_timer(*this);
  context_.connections().remove(*this);
  stream_->observe(nullptr);
  stream_->abort();
}

void ws_session::end(int cause) {
  const auto keep = std::exchange(self_, nullptr);
  if (phase_ != phase::ended) leave(cause);
  if (const auto last = std::exchange(listener_, nullptr)) guarded([&] { last->on_closed(); });
}

}  // namespace

void start_websocket(connection_context& c, std::shared_ptr<coalescing_stream> stream, const upgrade& how,
                     peer who) {
  std::make_shared<ws_session>(c, std::move(stream))->start(how, std::move(who));
}

}  // namespace roomd::net
