#include "net/tls.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>

namespace roomd::net {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

namespace {

void harden(ssl::context& c) {
  SSL_CTX* native = c.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native,
                      SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // An idle connection gives its record buffers back.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
}

std::string problem(std::string_view setting, const std::string& file, const error_code& why) {
  std::string text(setting);
  text += ": cannot use ";
  text += file.empty() ? "an empty file name" : '"' + file + '"';
  return text + ": " + why.message();
}

}  // namespace

tls_loaded load_tls(const config::tls_settings& s) {
  const auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  harden(*context);
  error_code failed;
  context->use_certificate_chain_file(s.certificate, failed);
  if (failed) return {nullptr, problem("tls.certificate", s.certificate, failed)};
  context->use_private_key_file(s.key, ssl::context::pem, failed);
  if (failed) return {nullptr, problem("tls.key", s.key, failed)};
  if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
    return {nullptr, "tls.key: \"" + s.key + "\" is not the key of \"" + s.certificate + '"'};
  }
  return {context, {}};
}

}  // namespace roomd::net
