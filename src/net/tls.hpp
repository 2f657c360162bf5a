// The certificate and key of the TLS listeners. A context never changes: a reload loads another one, which new
// connections use while old ones keep theirs. Shared between shards.
#pragma once

#include <memory>
#include <string>

#include "config/settings.hpp"

namespace boost::asio::ssl {
class context;
}

namespace roomd::net {

using tls_context_ptr = std::shared_ptr<boost::asio::ssl::context>;

/// Either a context or, in words for the operator, why there is none.
struct tls_loaded {
  tls_context_ptr context;
  std::string problem;
};

/// TLS 1.2 or newer, without compression and renegotiation. Reads both files now.
tls_loaded load_tls(const config::tls_settings& s);

}  // namespace roomd::net
