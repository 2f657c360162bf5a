#include "actors/redis_socket.hpp"

#include <exception>
#include <utility>

#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

#include "actors/log.hpp"

namespace roomd::actors {

namespace ssl = boost::asio::ssl;

struct redis_socket::tls_part {
  tls_part(tcp::socket& socket, ssl::context& context) : stream(socket, context) {}
  ssl::stream<tcp::socket&> stream;
};

redis_socket::redis_socket(boost::asio::io_context& io, redis_tls_ptr tls, std::string server_name,
                           observer& o)
    : tls_context_(std::move(tls)), server_name_(std::move(server_name)), observer_(&o), socket_(io) {
  if (tls_context_) tls_ = std::make_unique<tls_part>(socket_, *tls_context_);
}

redis_socket::~redis_socket() = default;

/// A handler for Asio that holds the object: it ends the connection for `why` where there was an error, and hands what
/// comes behind the error code to `f` where there was none.
template <class F>
auto redis_socket::completion(std::string_view why, F f) {
  return [self = shared_from_this(), why, f = std::move(f)](error_code ec, auto&&... results) {
    if (!self->observer_) return;
    if (ec) return self->end(why);
    try {
      f(*self, std::forward<decltype(results)>(results)...);
    } catch (const std::exception& fault) {
      log().error("redis.exception what=\"{}\"", fault.what());
      self->end("exception");
    } catch (...) {
      self->end("exception");
    }
  };
}

template <class F>
void redis_socket::with_stream(F f) {
  if (tls_) {
    f(tls_->stream);
  } else {
    f(socket_);
  }
}

// --- opening -------------------------------------------------------------------------------------------------------

void redis_socket::open(std::vector<endpoint> where) {
  const auto next = [self = shared_from_this()](const error_code&, const endpoint& at) {
    self->tried_ = at;
    return true;
  };
  boost::asio::async_connect(
      socket_, where, next, completion("connect", [](redis_socket& self, const auto&) { self.connected(); }));
}

void redis_socket::connected() {
  socket_.set_option(tcp::no_delay(true));
  socket_.set_option(boost::asio::socket_base::keep_alive(true));
  if (!tls_) return opened();
  auto& stream = tls_->stream;
  stream.set_verify_callback(ssl::host_name_verification(server_name_));
  error_code is_name;  // an address is no name that TLS could ask for
  boost::asio::ip::make_address(server_name_, is_name);
  if (is_name) SSL_set_tlsext_host_name(stream.native_handle(), server_name_.c_str());
  stream.async_handshake(ssl::stream_base::client,
                         completion("tls", [](redis_socket& self) { self.opened(); }));
}

void redis_socket::opened() {
  read();
  observer_->on_socket_open();
}

// --- bytes ---------------------------------------------------------------------------------------------------------

void redis_socket::read() {
  with_stream([this](auto& stream) {
    stream.async_read_some(boost::asio::buffer(input_),
                           completion("closed", [](redis_socket& self, std::size_t n) {
                             self.observer_->on_socket_input({self.input_.data(), n});
                             if (self.observer_) self.read();
                           }));
  });
}

// A server that takes no more clients says so and ends the connection, maybe before it is written to. So where writing
// fails the end comes by the reading, behind the server's last word; inside TLS the writing may be all that fails.
void redis_socket::write(std::string bytes) {
  output_ = std::move(bytes);
  const auto written = completion("write", [](redis_socket& self, std::size_t) {
    self.output_.clear();
    self.observer_->on_socket_written();
  });
  with_stream([&](auto& stream) {
    boost::asio::async_write(stream, boost::asio::buffer(output_),
                             [written, plain = !tls_](const error_code& ec, std::size_t n) {
                               if (!ec || !plain) written(ec, n);
                             });
  });
}

// --- the end -------------------------------------------------------------------------------------------------------

void redis_socket::close() noexcept {
  observer_ = nullptr;
  error_code ignored;
  socket_.close(ignored);
}

void redis_socket::end(std::string_view why) noexcept {
  auto* const told = observer_;
  close();
  if (told) told->on_socket_end(why);
}

}  // namespace roomd::actors
