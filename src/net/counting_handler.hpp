// A completion handler of a read that adds the bytes to a counter on its way. It is the wrapped handler in every
// other respect (executor, allocator, cancellation).
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include <boost/asio/associator.hpp>
#include <boost/system/error_code.hpp>

namespace roomd::net {

template <class Handler>
struct counting_handler {
  Handler handler;
  std::uint64_t* count;

  void operator()(boost::system::error_code ec, std::size_t n) {
    *count += n;
    std::move(handler)(ec, n);
  }
};

}  // namespace roomd::net

template <template <class, class> class Associator, class Handler, class Default>
struct boost::asio::associator<Associator, roomd::net::counting_handler<Handler>, Default>
    : Associator<Handler, Default> {
  static auto get(const roomd::net::counting_handler<Handler>& h) noexcept {
    return Associator<Handler, Default>::get(h.handler);
  }
  static auto get(const roomd::net::counting_handler<Handler>& h, const Default& d) noexcept {
    return Associator<Handler, Default>::get(h.handler, d);
  }
};
