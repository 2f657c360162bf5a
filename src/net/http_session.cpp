#include "net/http_session.hpp"

#include <span>
#include <string>
#include <utility>
#include <variant>

#include "core/timing_wheel.hpp"
#include "net/coalescing_stream.hpp"
#include "net/connection_context.hpp"
#include "net/guarded.hpp"
#include "net/log.hpp"
#include "net/request.hpp"
#include "net/request_buffer.hpp"
#include "net/routes.hpp"
#include "net/target.hpp"
#include "net/upgrade.hpp"
#include "net/ws_session.hpp"

namespace roomd::net {

namespace {

namespace http = boost::beast::http;

class http_session final : public connection,
                           public peer_member,
                           stream_observer,
                           wheel_timer,
                           public std::enable_shared_from_this<http_session> {
 public:
  http_session(connection_context& c, std::shared_ptr<coalescing_stream> stream, http_place place)
      : context_(c), stream_(std::move(stream)), settings_(c.settings()), place_(place) {}
  void start(const peer_key& who);

  void abort() override;
  void drain() override;
  bool is_idle() const override { return phase_ == phase::idle; }
  bool can_go() const override { return phase_ != phase::serving && phase_ != phase::writing; }

 private:
  enum class phase {
    handshake,  ///< TLS
    reading,    ///< a request is coming
    idle,       ///< between requests
    serving,    ///< a route works on it
    writing,    ///< its answer waits for the client
    finishing,  ///< the last answer is out, the client has to end too
    ended,
  };

  void on_stream_open() override;
  void on_stream_input(std::span<char> bytes) override;
  void on_stream_end() override { abort(); }
  void on_stream_blocked() override {}
  void on_stream_progress() override;
  void on_stream_drained() override;
  void on_stream_failed() override { abort(); }
  void on_stream_finished() override { abort(); }
  void on_timer(time_point now) override;

  std::chrono::milliseconds limit() const;
  void enter(phase p);
  void await_request();
  void read();
  void next_request();
  void serve(request r);
  void become_websocket(request r);
  void answer(const response& r);
  void refuse(const response& r);
  void refuse_upgrade(const request& r, const response& why);
  void finish();
  void leave();
  void release();
  template <class F>
  void guarded(F&& step) noexcept {
    net::guarded("http", step, [this] { abort(); });
  }

  connection_context& context_;
  std::shared_ptr<coalescing_stream> stream_;
  std::shared_ptr<http_session> self_;                ///< until it ends
  std::shared_ptr<const config::settings> settings_;  ///< those that hold for this request
  request_buffer in_;
  phase phase_ = phase::handshake;
  http_place place_;
  bool spared_ = false;      ///< the running time-out, once
  delivery how_;             ///< of the current answer
  std::size_t counted_ = 0;  ///< of its bytes, those that count against http.answer_bytes
};

void http_session::start(const peer_key& who) {
  self_ = shared_from_this();
  stream_->observe(this, true);
  guarded([&] {
    context_.connections().add(*this);
    context_.peers(place_).add(*this, who);
    enter(phase::handshake);
    stream_->handshake();
  });
}

void http_session::on_stream_open() {
  if (phase_ != phase::handshake) return;
  phase_ = phase::reading;  // the handshake's deadline goes on
  guarded([this] { read(); });
}

std::chrono::milliseconds http_session::limit() const {
  if (phase_ == phase::idle) return settings_->http.idle_timeout;
  if (phase_ == phase::writing) return settings_->session.write_timeout;
  if (phase_ == phase::finishing) return settings_->session.close_timeout;
  return settings_->http.header_timeout;
}

void http_session::enter(phase p) {
  phase_ = p;
  spared_ = false;
  context_.set_timer(*this, limit());
}

// --- reading -----------------------------------------------------------------------------------------------------

// The settings that hold when a request begins hold for all of it.
void http_session::await_request() {
  settings_ = context_.settings();
  enter(phase::reading);
}

void http_session::read() { stream_->receive(settings_->http.max_header_bytes - in_.size()); }

void http_session::on_stream_input(std::span<char> bytes) {
  if (phase_ != phase::reading && phase_ != phase::idle) return;
  const auto keep = shared_from_this();
  guarded([this, bytes] {
    if (phase_ == phase::idle) await_request();
    in_.append({bytes.data(), bytes.size()});
    next_request();
  });
}

// Serves the request at the front of the buffer, or reads on where none is whole.
void http_session::next_request() {
  switch (in_.look(settings_->http.max_header_bytes)) {
    case request_buffer::state::partial:
      return read();
    case request_buffer::state::bad_line:
      return refuse(error_response(400, "bad_request", "a line that does not end with CRLF"));
    case request_buffer::state::too_large:
      return refuse(
          error_response(431, "headers_too_large", "the headers are too large (http.max_header_bytes)"));
    case request_buffer::state::whole:
      break;
  }
  ++context_.shard().stats.http_requests;
  phase_ = phase::serving;
  context_.cancel_timer(*this);
  auto parsed = parse_request(in_.head(), settings_->http.max_header_fields);
  in_.drop_head();
  if (auto* refusal = std::get_if<response>(&parsed)) return refuse(*refusal);
  serve(std::move(std::get<request>(parsed)));
}

// --- serving -----------------------------------------------------------------------------------------------------

void http_session::serve(request r) {
  const bool keeps = r.keep_alive() && !context_.leaving() && place_ == http_place::full;
  how_ = {.keep_alive = keeps, .head_only = r.method() == http::verb::head};
  const auto path = split_target(view(r.target())).path;
  if (path == websocket_path && r.method() == http::verb::get) return become_websocket(std::move(r));
  if (place_ != http_place::full && !is_vital(path)) return refuse(too_many_connections());
  handle(
      {.method = view(r.method_string()), .target = view(r.target()), .origin = view(r[http::field::origin])},
      {.api = context_.shard().api, .settings = *settings_},
      [self = shared_from_this()](const response& made) { self->guarded([&] { self->answer(made); }); });
}

void http_session::become_websocket(request r) {
  auto checked = check_upgrade(r, {.tls = stream_->is_tls(),
                                   .allowed_origins = settings_->http.allowed_origins,
                                   .compression = settings_->session.compression});
  if (auto* refusal = std::get_if<response>(&checked)) return refuse_upgrade(r, *refusal);
  if (context_.draining()) {
    return refuse(error_response(503, "unavailable", "this node is shutting down; connect again"));
  }
  if (!in_.empty()) {
    return refuse(error_response(400, "bad_request", "bytes that follow the upgrade before it was answered"));
  }
  phase_ = phase::ended;
  leave();
  release();
  peer who = describe_peer(r);
  who.address = stream_->peer_group();
  start_websocket(context_, std::move(stream_), std::get<upgrade>(checked), std::move(who));
}

void http_session::answer(const response& r) {
  if (phase_ != phase::serving) return;  // the client has gone meanwhile
  if (context_.leaving()) how_.keep_alive = false;
  if (r.body.size() > long_answer && !how_.head_only) {
    if (!context_.node().take_memory(r.body.size(), settings_->http.answer_bytes))
      return answer(busy_response());
    counted_ = r.body.size();
  }
  stream_->push(std::make_shared<const frame>(serialise(r, how_), 0, 0));
  enter(phase::writing);
}

void http_session::refuse(const response& r) {
  logger().debug("http.refused peer={} status={} body={}", stream_->peer_address(), r.status, r.body);
  phase_ = phase::serving;
  how_.keep_alive = false;
  answer(r);
}

// An Origin that the settings do not name is the operator's business: they may have forgotten it.
void http_session::refuse_upgrade(const request& r, const response& why) {
  constexpr unsigned forbidden = 403;
  if (why.status == forbidden)
    context_.log_refused_origin(view(r[http::field::origin]), stream_->peer_address());
  refuse(why);
}

void http_session::on_stream_progress() {
  if (phase_ == phase::writing) enter(phase::writing);
}

void http_session::on_stream_drained() {
  if (phase_ != phase::writing) return;
  context_.node().give_memory(std::exchange(counted_, 0));
  guarded([this] {
    if (!how_.keep_alive) return finish();
    if (in_.empty()) {
      in_.release();
      enter(phase::idle);
      return read();
    }
    await_request();
    next_request();
  });
}

// --- the end -----------------------------------------------------------------------------------------------------

void http_session::finish() {
  enter(phase::finishing);
  stream_->finish(false);
}

// After a standstill of the process what was asked for may lie in the socket: it is read first, once.
void http_session::on_timer(time_point) {
  if (stream_->goes_on() && !std::exchange(spared_, true)) return context_.set_timer(*this, limit());
  if (phase_ != phase::reading || in_.empty()) return abort();
  guarded([this] { refuse(error_response(408, "timeout", "the request did not come whole in time")); });
}

// What has come already is served.
void http_session::drain() {
  how_.keep_alive = false;
  const bool asks_nothing =
      phase_ == phase::idle || phase_ == phase::handshake || (phase_ == phase::reading && in_.empty());
  if (asks_nothing && !stream_->input_waits()) abort();
}

void http_session::abort() {
  if (std::exchange(phase_, phase::ended) == phase::ended) return;
  context_.node().give_memory(std::exchange(counted_, 0));
  leave();
  context_.node().give_http();
  stream_->observe(nullptr);
  stream_->abort();
  release();
}

// Its place, which a WebSocket takes over, is given back elsewhere.
void http_session::leave() {
  context_.cancel_timer(*this);
  context_.connections().remove(*this);
  context_.peers(place_).remove(*this);
}

// Later, because whoever ends it may still be at work in it.
void http_session::release() {
  asio::post(context_.shard().io, [self = std::move(self_)] {});
}

}  // namespace

void start_http(connection_context& c, std::shared_ptr<coalescing_stream> stream, const newcomer& whose) {
  std::make_shared<http_session>(c, std::move(stream), whose.place)->start(whose.who);
}

}  // namespace roomd::net
