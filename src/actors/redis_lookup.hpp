// Looks the name of a Redis server up, on a thread of its own, so that neither a shard nor the end of the process waits
// for a name server that is silent: nobody joins the thread. What it has found is dropped where nobody is left to take it.
//
// One for each connection, used on its shard's thread. One look-up at a time: while one is under way, asking again only
// says who is to be told, so that a silent name server costs a connection one thread, however often it tries.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace roomd::actors {

class redis_lookup {
 public:
  using addresses = std::vector<boost::asio::ip::tcp::endpoint>;
  /// Blocks; empty: there is no such name. Called on the look-up's thread.
  using function = addresses (*)(const std::string& host, std::uint16_t port);
  using handler = std::function<void(addresses)>;

  /// getaddrinfo, with the addresses in the system's order.
  static addresses by_system(const std::string& host, std::uint16_t port);

  redis_lookup(boost::asio::io_context& io, function f);
  ~redis_lookup();
  redis_lookup(const redis_lookup&) = delete;
  redis_lookup& operator=(const redis_lookup&) = delete;

  /// `done` is called once, perhaps from inside this, unless forget() or another ask() comes first.
  void ask(const std::string& host, std::uint16_t port, handler done);
  /// Nobody wants to be told any more. What is found all the same is kept for the next ask(): where a name server takes
  /// longer than an attempt may, one of the next attempts has its answer.
  void forget() { done_ = nullptr; }
  /// Before the io_context ends.
  void stop();

 private:
  struct shared;
  struct waiting;

  void start();
  void finished();

  boost::asio::io_context& io_;
  function function_;
  std::string host_;
  std::uint16_t port_ = 0;
  handler done_;
  std::shared_ptr<waiting> waiting_;  ///< null: none is under way
  addresses kept_;                    ///< found while nobody wanted it
};

}  // namespace roomd::actors
