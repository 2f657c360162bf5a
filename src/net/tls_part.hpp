// What a stream over TLS holds beside its socket; of the two files of coalescing_stream alone.
#pragma once

#include <array>
#include <string>

#include <boost/asio/ssl/stream.hpp>

#include "net/coalescing_stream.hpp"

namespace roomd::net {

struct coalescing_stream::tls_part {
  tls_part(socket_type& socket, asio::ssl::context& context) : stream(socket, context) {}

  asio::ssl::stream<socket_type&> stream;
  std::array<char, 4096> input;
  std::string in_flight;  ///< what is being written: a copy of the queue's beginning
};

}  // namespace roomd::net
