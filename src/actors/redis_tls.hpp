// The certificates by which a Redis server is known. A context never changes; shared between links and shards.
#pragma once

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace roomd::actors {

using redis_tls_ptr = std::shared_ptr<boost::asio::ssl::context>;

/// Either a context or, in words for the operator, why there is none.
struct redis_tls_loaded {
  redis_tls_ptr context;
  std::string problem;
};

/// TLS 1.2 or newer. `ca_file`: whose signature the server has to show; empty: the system's list. Reads the file now.
redis_tls_loaded load_redis_tls(const std::string& ca_file);

}  // namespace roomd::actors
