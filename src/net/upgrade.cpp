#include "net/upgrade.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/beast/http/rfc7230.hpp>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "net/origin.hpp"
#include "net/target.hpp"
#include "protocol/extension.hpp"

namespace roomd::net {

namespace http = boost::beast::http;
using http::field;

namespace {

constexpr std::string_view our_subprotocol = "roomd.v1";

response upgrade_required(std::string_view message) {
  auto r = error_response(426, "upgrade_required", message);
  r.headers = {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}};
  return r;
}

bool lists(const request& r, field name, std::string_view token) {
  const auto range = r.equal_range(name);
  for (auto it = range.first; it != range.second; ++it) {
    if (http::token_list{it->value()}.exists(boost::beast::string_view(token.data(), token.size())))
      return true;
  }
  return false;
}

// Base64 of 16 bytes: 22 characters and `==`, the last four bits zero.
bool valid_key(std::string_view key) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return key.size() == 24 && key.ends_with("==") && key.find_first_not_of(alphabet) == 22 &&
         std::string_view("AQgw").find(key[21]) != std::string_view::npos;
}

std::optional<response> check_handshake(const request& r) {
  if (r.version() < 11 || !lists(r, field::connection, "upgrade") || !lists(r, field::upgrade, "websocket")) {
    return upgrade_required("this address speaks WebSocket only");
  }
  if (single(r, field::sec_websocket_version) != "13")
    return upgrade_required("Sec-WebSocket-Version must be 13");
  const auto key = single(r, field::sec_websocket_key);
  if (!key || !valid_key(*key)) {
    return error_response(400, "bad_request", "Sec-WebSocket-Key must be the base64 of 16 bytes");
  }
  return {};
}

std::optional<response> check_origin(const request& r, const upgrade_rules& rules) {
  if (r.count(field::origin) == 0) return {};
  const auto origin = single(r, field::origin);
  if (origin && origin_allowed(*origin, view(r[field::host]), rules.tls, rules.allowed_origins)) return {};
  return error_response(403, "forbidden",
                        "the Origin " + std::string(origin.value_or("")) +
                            " may not connect; if it should, add it to http.allowed_origins");
}

// Each line of the header is a list of offers. None: one of them breaks the grammar.
std::optional<std::string> agree_on_extensions(const request& r) {
  std::string agreed;
  const auto range = r.equal_range(field::sec_websocket_extensions);
  for (auto it = range.first; it != range.second; ++it) {
    auto answer = protocol::answer_extensions(view(it->value()));
    if (!answer.well_formed) return {};
    if (agreed.empty()) agreed = std::move(answer.text);
  }
  return agreed;
}

// RFC 6455 section 4.2.2, step 5.4.
std::string accept_key(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  ::SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 4 * (SHA_DIGEST_LENGTH / 3 + 1) + 1> base64;
  const int n = ::EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(n)};
}

}  // namespace

std::variant<upgrade, response> check_upgrade(const request& r, const upgrade_rules& rules) {
  if (auto refusal = check_handshake(r)) return std::move(*refusal);
  if (auto refusal = check_origin(r, rules)) return std::move(*refusal);
  upgrade how{.key = std::string(view(r[field::sec_websocket_key]))};
  if (rules.compression) {
    auto agreed = agree_on_extensions(r);
    if (!agreed)
      return error_response(400, "bad_request", "Sec-WebSocket-Extensions is no list of extensions");
    how.extensions = std::move(*agreed);
  }
  if (r.count(field::sec_websocket_protocol) == 0) return how;
  how.subprotocol = lists(r, field::sec_websocket_protocol, our_subprotocol);
  if (how.subprotocol) return how;
  return error_response(400, "bad_request", "of the subprotocols only roomd.v1 is known");
}

std::string accept_upgrade(const upgrade& how) {
  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nServer: roomd\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      accept_key(how.key) + "\r\n";
  if (how.subprotocol) answer.append("Sec-WebSocket-Protocol: ").append(our_subprotocol).append("\r\n");
  if (!how.extensions.empty())
    answer.append("Sec-WebSocket-Extensions: ").append(how.extensions).append("\r\n");
  return answer + "\r\n";
}

peer describe_peer(const request& r) {
  constexpr std::string_view bearer = "Bearer ";
  peer p;
  p.user_agent = view(r[field::user_agent]);
  const auto authorization = view(r[field::authorization]);
  if (authorization.starts_with(bearer)) {
    p.token = authorization.substr(bearer.size());
  } else {
    p.token = query_value(split_target(view(r.target())).query, "token").value_or("");
  }
  return p;
}

}  // namespace roomd::net
