// One TLS connection on a socket that never blocks. OpenSSL reads from the socket and writes to it by itself, so that no
// byte is held twice, and an idle connection holds no buffer. `read` and `write` answer as recv() and send() do. Owned by
// the stream.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <sys/types.h>

#include "net/tls.hpp"

struct ssl_st;

namespace roomd::net {

class tls_channel {
 public:
  /// The most that one record holds.
  static constexpr std::size_t record_size = 16384;

  enum class progress { done, wants_read, wants_write, failed };

  /// Server side. `fd` stays its owner's. Throws std::bad_alloc.
  tls_channel(const tls_context_ptr& context, int fd);

  progress handshake();
  /// Bytes read; 0: the end, which was answered in kind; -1: nothing is there.
  std::ptrdiff_t read(std::span<char> into);
  /// Bytes written, one record at most; -1 with errno. After EAGAIN it wants the first `begun()` of them again, which may
  /// lie elsewhere.
  std::ptrdiff_t write(std::string_view bytes);
  std::size_t begun() const { return begun_; }
  /// Says that nothing more will be written (close_notify).
  progress say_end();
  /// Bytes were read from the socket already and wait to be read here.
  bool has_pending() const;

 private:
  struct freed {
    void operator()(ssl_st* s) const;
  };

  int why(int result) const;

  std::unique_ptr<ssl_st, freed> ssl_;
  std::size_t begun_ = 0;  ///< bytes of a record that waits to be sent
};

}  // namespace roomd::net
