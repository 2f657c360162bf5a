#include "actors/redis_tls.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>

namespace roomd::actors {

redis_tls_loaded load_redis_tls(const std::string& ca_file) {
  namespace ssl = boost::asio::ssl;
  const auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  boost::system::error_code failed;
  context->set_verify_mode(ssl::verify_peer, failed);
  if (!failed)
    ca_file.empty() ? context->set_default_verify_paths(failed) : context->load_verify_file(ca_file, failed);
  if (failed) return {nullptr, "cannot use \"" + ca_file + "\": " + failed.message()};
  return {context, {}};
}

}  // namespace roomd::actors
