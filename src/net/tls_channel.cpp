#include "net/tls_channel.hpp"

#include <algorithm>
#include <cerrno>
#include <new>

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace roomd::net {

void tls_channel::freed::operator()(ssl_st* s) const { SSL_free(s); }

tls_channel::tls_channel(const tls_context_ptr& context, int fd) : ssl_(SSL_new(context->native_handle())) {
  if (!ssl_ || SSL_set_fd(ssl_.get(), fd) != 1) throw std::bad_alloc();
  SSL_set_accept_state(ssl_.get());
}

// Before each operation the thread's errors are forgotten, or another connection's would be taken for this one's.
tls_channel::progress tls_channel::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return progress::done;
  const int reason = why(result);
  if (reason == SSL_ERROR_WANT_READ) return progress::wants_read;
  return reason == SSL_ERROR_WANT_WRITE ? progress::wants_write : progress::failed;
}

std::ptrdiff_t tls_channel::read(std::span<char> into) {
  ERR_clear_error();
  std::size_t n = 0;
  const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &n);
  if (result == 1) return static_cast<std::ptrdiff_t>(n);
  const int reason = why(result);
  if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) return -1;
  if (reason == SSL_ERROR_ZERO_RETURN && begun_ == 0) (void)say_end();
  return 0;
}

std::ptrdiff_t tls_channel::write(std::string_view bytes) {
  ERR_clear_error();
  const std::size_t size = begun_ > 0 ? begun_ : std::min(bytes.size(), record_size);
  std::size_t n = 0;
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), size, &n);
  const bool waits = result != 1 && why(result) == SSL_ERROR_WANT_WRITE;
  begun_ = waits ? size : 0;
  if (result == 1) return static_cast<std::ptrdiff_t>(n);
  errno = waits ? EAGAIN : EPIPE;
  return -1;
}

tls_channel::progress tls_channel::say_end() {
  ERR_clear_error();
  const int result = SSL_shutdown(ssl_.get());
  if (result >= 0) return progress::done;
  return why(result) == SSL_ERROR_WANT_WRITE ? progress::wants_write : progress::failed;
}

bool tls_channel::has_pending() const { return SSL_pending(ssl_.get()) > 0; }

int tls_channel::why(int result) const { return SSL_get_error(ssl_.get(), result); }

}  // namespace roomd::net
