// One TCP connection to a Redis server, plain or TLS: connects, takes and gives bytes. One for each attempt. Shared by its
// owner and its own pending I/O; used on the thread of its io_context only, which it must not outlive. It knows no
// deadline: the owner closes it.
//
// It tells its observer what happens from its own completions only. An exception there, the observer's included, ends
// the connection and nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "actors/redis_tls.hpp"

namespace roomd::actors {

class redis_socket final : public std::enable_shared_from_this<redis_socket> {
 public:
  class observer {
   public:
    virtual void on_socket_open() = 0;
    virtual void on_socket_input(std::string_view bytes) = 0;
    /// After `write()`: the kernel has it all.
    virtual void on_socket_written() = 0;
    /// It has ended, and nothing more is said. Why: one word for a log.
    virtual void on_socket_end(std::string_view why) noexcept = 0;

   protected:
    ~observer() = default;
  };

  /// `tls` null: plain. `server_name`: what the certificate has to bear.
  redis_socket(boost::asio::io_context& io, redis_tls_ptr tls, std::string server_name, observer& o);
  redis_socket(const redis_socket&) = delete;
  redis_socket& operator=(const redis_socket&) = delete;
  ~redis_socket();

  using endpoint = boost::asio::ip::tcp::endpoint;

  /// Tries one address after the other; one that swallows what it is sent takes all the time that there is.
  void open(std::vector<endpoint> where);
  /// The address that is tried, or connected to.
  const endpoint& tried() const { return tried_; }
  /// One at a time.
  void write(std::string bytes);
  bool writing() const { return !output_.empty(); }
  std::size_t bytes() const { return sizeof *this + output_.capacity(); }
  /// At once; the observer hears nothing more.
  void close() noexcept;

 private:
  using tcp = boost::asio::ip::tcp;
  using error_code = boost::system::error_code;
  struct tls_part;

  void connected();
  void opened();
  void read();
  void end(std::string_view why) noexcept;
  template <class F>
  auto completion(std::string_view why, F f);
  template <class F>
  void with_stream(F f);

  redis_tls_ptr tls_context_;
  std::string server_name_;
  observer* observer_;  ///< null: closed
  tcp::socket socket_;
  endpoint tried_;
  std::unique_ptr<tls_part> tls_;
  std::string output_;  ///< on its way to the kernel
  std::array<char, 8192>
      input_;  ///< what it brings at once takes half a millisecond, where it is for many rooms
};

}  // namespace roomd::actors
