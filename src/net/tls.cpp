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
  // An idle connection gives its record buffers back; what waits to be sent may move meanwhile (net/tls_channel.hpp).
  SSL_CTX_set_mode(
      native, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

// OpenSSL would ask on the terminal, at the start and at every reload, and everything would wait for the answer.
int refuse_password(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
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
  bool encrypted = false;
  SSL_CTX_set_default_passwd_cb(context->native_handle(), refuse_password);
  SSL_CTX_set_default_passwd_cb_userdata(context->native_handle(), &encrypted);
  context->use_private_key_file(s.key, ssl::context::pem, failed);
  SSL_CTX_set_default_passwd_cb_userdata(context->native_handle(), nullptr);
  if (encrypted) {
    return {nullptr, "tls.key: \"" + s.key +
                         "\" is encrypted, and nobody is asked for its passphrase: wants a key "
                         "without one, in a file that roomd alone can read"};
  }
  if (failed) return {nullptr, problem("tls.key", s.key, failed)};
  if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
    return {nullptr, "tls.key: \"" + s.key + "\" is not the key of \"" + s.certificate + '"'};
  }
  return {context, {}};
}

}  // namespace roomd::net
