#include "net/http_session.hpp"

#include <span>
#include <string>
#include <utility>
#include <variant>

#include "core/timing_wheel.hpp"
#include "net/coalescing_stream.hpp"
#include "net/connection_registry.hpp"
#include "net/log.hpp"
#include "net/request.hpp"
#include "net/routes.hpp"
#include "net/server.hpp"
#include "net/target.hpp"
#include "net/upgrade.hpp"
#include "net/ws_session.hpp"

namespace roomd::net {

namespace {

namespace http = boost::beast::http;

class http_session final : public connection,
                           stream_observer,
                           wheel_timer,
                           public std::enable_shared_from_this<http_session> {
 public:
  http_session(server& s, std::shared_ptr<coalescing_stream> stream)
      : server_(s), stream_(std::move(stream)) {}
  void start();

  void abort() override;
  void drain() override;

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

  void enter(phase p, std::chrono::milliseconds deadline);
  void read();
  void next_request();
  void serve(request r);
  void become_websocket(request r);
  void answer(const response& r);
  void refuse(const response& r);
  void finish();
  void release();
  template <class F>
  void guarded(F&& step) noexcept;

  server& server_;
  std::shared_ptr<coalescing_stream> stream_;
  std::shared_ptr<http_session> self_;  ///< until it ends
  std::string in_;                      ///< read, not yet parsed
  std::size_t checked_ = 0;             ///< how much of it has been searched for the end of the headers
  phase phase_ = phase::handshake;
  delivery how_;  ///< of the current answer
};

void http_session::start() {
  self_ = shared_from_this();
  server_.connections().add(*this);
  stream_->observe(this, true);
  server_.set_timer(*this, server_.settings().http.header_timeout);
  stream_->handshake();
}

void http_session::on_stream_open() {
  if (phase_ != phase::handshake) return;
  phase_ = phase::reading;  // the handshake's deadline goes on
  guarded([this] { read(); });
}

void http_session::enter(phase p, std::chrono::milliseconds deadline) {
  phase_ = p;
  server_.set_timer(*this, deadline);
}

// --- reading -----------------------------------------------------------------------------------------------------

void http_session::read() { stream_->receive(server_.settings().http.max_header_bytes - in_.size()); }

void http_session::on_stream_input(std::span<char> bytes) {
  if (phase_ != phase::reading && phase_ != phase::idle) return;
  const auto keep = shared_from_this();
  guarded([this, bytes] {
    if (phase_ == phase::idle) enter(phase::reading, server_.settings().http.header_timeout);
    in_.append(bytes.data(), bytes.size());
    next_request();
  });
}

// Serves the request at the front of the buffer, or reads on where none is whole.
void http_session::next_request() {
  while (checked_ == 0 && in_.starts_with("\r\n"))
    in_.erase(0, 2);  // some clients end a request with one more
  if (has_bare_line_end(in_, checked_)) {
    return refuse(error_response(400, "bad_request", "a line that does not end with CRLF"));
  }
  const auto end = in_.find("\r\n\r\n", checked_ < 3 ? 0 : checked_ - 3);
  if (end == in_.npos) {
    checked_ = in_.empty() ? 0 : in_.size() - 1;
    if (in_.size() < server_.settings().http.max_header_bytes) return read();
    return refuse(
        error_response(431, "headers_too_large", "the headers are too large (http.max_header_bytes)"));
  }
  ++server_.shard().stats.http_requests;
  phase_ = phase::serving;
  server_.cancel_timer(*this);
  auto parsed =
      parse_request(std::string_view(in_).substr(0, end + 4), server_.settings().http.max_header_fields);
  in_.erase(0, end + 4);
  checked_ = 0;
  if (auto* refusal = std::get_if<response>(&parsed)) return refuse(*refusal);
  serve(std::move(std::get<request>(parsed)));
}

// --- serving -----------------------------------------------------------------------------------------------------

void http_session::serve(request r) {
  how_ = {.keep_alive = r.keep_alive() && !server_.draining(), .head_only = r.method() == http::verb::head};
  if (split_target(view(r.target())).path == websocket_path && r.method() == http::verb::get) {
    return become_websocket(std::move(r));
  }
  handle({.method = view(r.method_string()), .target = view(r.target())},
         {.api = server_.shard().api, .settings = server_.settings()},
         [self = shared_from_this()](const response& made) { self->guarded([&] { self->answer(made); }); });
}

void http_session::become_websocket(request r) {
  const auto& settings = server_.settings();
  auto checked = check_upgrade(r, {.tls = stream_->is_tls(),
                                   .allowed_origins = settings.http.allowed_origins,
                                   .compression = settings.session.compression});
  if (auto* refusal = std::get_if<response>(&checked)) return refuse(*refusal);
  if (!in_.empty()) {
    return refuse(error_response(400, "bad_request", "bytes that follow the upgrade before it was answered"));
  }
  phase_ = phase::ended;
  server_.connections().remove(*this);
  release();
  peer who = describe_peer(r);
  who.address = stream_->peer_group();
  start_websocket(server_, std::move(stream_), std::get<upgrade>(checked), std::move(who));
}

void http_session::answer(const response& r) {
  if (phase_ != phase::serving) return;  // the client has gone meanwhile
  if (server_.draining()) how_.keep_alive = false;
  stream_->push(std::make_shared<const frame>(serialise(r, how_), 0, 0));
  enter(phase::writing, server_.settings().session.write_timeout);
}

void http_session::refuse(const response& r) {
  logger().debug("http.refused peer={} status={} body={}", stream_->peer_address(), r.status, r.body);
  phase_ = phase::serving;
  how_.keep_alive = false;
  answer(r);
}

void http_session::on_stream_progress() {
  if (phase_ == phase::writing) server_.set_timer(*this, server_.settings().session.write_timeout);
}

void http_session::on_stream_drained() {
  if (phase_ != phase::writing) return;
  guarded([this] {
    if (!how_.keep_alive) return finish();
    if (in_.empty()) {
      std::string().swap(in_);
      enter(phase::idle, server_.settings().http.idle_timeout);
      return read();
    }
    enter(phase::reading, server_.settings().http.header_timeout);
    next_request();
  });
}

// --- the end -----------------------------------------------------------------------------------------------------

void http_session::finish() {
  enter(phase::finishing, server_.settings().session.close_timeout);
  stream_->finish(false);
}

void http_session::on_timer(time_point) {
  if (phase_ != phase::reading || in_.empty()) return abort();
  guarded([this] { refuse(error_response(408, "timeout", "the request did not come whole in time")); });
}

void http_session::drain() {
  how_.keep_alive = false;
  if (phase_ == phase::idle || phase_ == phase::handshake || (phase_ == phase::reading && in_.empty()))
    abort();
}

void http_session::abort() {
  if (std::exchange(phase_, phase::ended) == phase::ended) return;
  server_.cancel_timer(*this);
  server_.connections().remove(*this);
  stream_->observe(nullptr);
  stream_->abort();
  release();
}

// Later, because whoever ends it may still be at work in it.
void http_session::release() {
  asio::post(server_.shard().io, [self = std::move(self_)] {});
}

template <class F>
void http_session::guarded(F&& step) noexcept {
  try {
    step();
  } catch (const std::exception& fault) {
    logger().error("net.exception where=http what=\"{}\"", fault.what());
    abort();
  }
}

}  // namespace

void start_http(server& s, std::shared_ptr<coalescing_stream> stream) {
  std::make_shared<http_session>(s, std::move(stream))->start();
}

}  // namespace roomd::net
