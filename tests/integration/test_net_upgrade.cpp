// The WebSocket handshake: keys, versions, subprotocols, origins, the limit of connections.
#include "catch.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;

namespace {

constexpr std::string_view good_key = "dGhlIHNhbXBsZSBub25jZQ==";

std::string request(std::string_view key, std::string_view version = "13", std::string_view more = {}) {
  return get("/v1/ws", "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: " +
                           std::string(version) + "\r\nSec-WebSocket-Key: " + std::string(key) + "\r\n" +
                           std::string(more));
}

int answer_to(const std::string& bytes, config::settings s = {}) {
  node n(std::move(s));
  client c(n);
  c.send(bytes);
  return status_of(c.response());
}

int with_origin(std::string_view origin, std::string_view host, std::vector<std::string> allowed = {}) {
  config::settings s;
  s.http.allowed_origins = std::move(allowed);
  return answer_to("GET /v1/ws HTTP/1.1\r\nHost: " + std::string(host) +
                       "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: " +
                       std::string(good_key) + "\r\nOrigin: " + std::string(origin) + "\r\n\r\n",
                   s);
}

}  // namespace

TEST_CASE("net upgrade: RFC 6455's own example is answered as it says") {
  node n;
  client c(n);
  c.send(request(good_key));
  const auto got = c.response();
  CHECK(status_of(got) == 101);
  CHECK(got.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") != got.npos);
  CHECK(got.find("Server: roomd\r\n") != got.npos);
  CHECK(got.find("Sec-WebSocket-Protocol") == got.npos);
  CHECK(got.find("Sec-WebSocket-Extensions") == got.npos);
  REQUIRE(n.sessions.size() == 1);
  CHECK(n.stats.connections == 1);
}

TEST_CASE("net upgrade: a key that is not the base64 of 16 bytes is refused") {
  for (const auto* key :
       {"!!", "", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZSE=", "dGhlIHNhbXBsZSBub25jZQ===="}) {
    INFO(key);
    CHECK(answer_to(request(key)) == 400);
  }
  CHECK(answer_to(request(good_key, "13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")) == 400);
}

TEST_CASE("net upgrade: another version than 13 is 426 and says which one it must be") {
  node n;
  client c(n);
  c.send(request(good_key, "8"));
  const auto got = c.response();
  CHECK(status_of(got) == 426);
  CHECK(got.find("Sec-WebSocket-Version: 13\r\n") != got.npos);
}

TEST_CASE("net upgrade: a plain request for the WebSocket's address is 426, another method 405") {
  CHECK(answer_to(get("/v1/ws")) == 426);
  CHECK(answer_to("POST /v1/ws HTTP/1.1\r\nHost: x\r\n\r\n") == 405);
}

TEST_CASE("net upgrade: roomd.v1 is taken where it is offered, and only other offers are refused") {
  node n;
  client c(n);
  const auto got = c.upgrade("Sec-WebSocket-Protocol: chat, roomd.v1\r\n");
  CHECK(status_of(got) == 101);
  CHECK(got.find("Sec-WebSocket-Protocol: roomd.v1\r\n") != got.npos);
  client second(n);
  CHECK(status_of(second.upgrade("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: roomd.v1\r\n")) ==
        101);
  client other(n);
  CHECK(status_of(other.upgrade("Sec-WebSocket-Protocol: chat, roomd.v2\r\n")) == 400);
}

TEST_CASE("net upgrade: a body or early bytes are refused") {
  CHECK(answer_to(request(good_key, "13", "Content-Length: 3\r\n") + "abc") == 413);
  CHECK(answer_to(request(good_key, "13", "Transfer-Encoding: chunked\r\n")) == 400);
  CHECK(answer_to(request(good_key) + masked(op::text, "early")) == 400);
}

TEST_CASE("net upgrade: headers of some KB (a big cookie) are fine") {
  CHECK(answer_to(request(good_key, "13", "Cookie: " + std::string(12000, 'c') + "\r\n")) == 101);
}

TEST_CASE("net upgrade: an extension is not negotiated") {
  node n;
  client c(n);
  const auto got = c.upgrade("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
  CHECK(status_of(got) == 101);
  CHECK(got.find("Sec-WebSocket-Extensions") == got.npos);
}

TEST_CASE("net upgrade: the same origin passes where its host cannot be rebound") {
  CHECK(with_origin("http://127.0.0.1:8080", "127.0.0.1:8080") == 101);
  CHECK(with_origin("http://localhost:8080", "localhost:8080") == 101);
  CHECK(with_origin("http://LOCALHOST", "localhost:80") == 101);
  CHECK(with_origin("http://[::1]:8080", "[::1]:8080") == 101);
  CHECK(with_origin("http://chat.example.org", "chat.example.org") == 403);
}

TEST_CASE("net upgrade: another origin is refused unless the settings name it") {
  CHECK(with_origin("http://127.0.0.1:9090", "127.0.0.1:8080") == 403);
  CHECK(with_origin("https://127.0.0.1:8080", "127.0.0.1:8080") == 403);
  CHECK(with_origin("http://evil.example", "127.0.0.1:8080") == 403);
  CHECK(with_origin("null", "127.0.0.1:8080") == 403);
  CHECK(with_origin("http://127.0.0.1:8080.evil.example", "127.0.0.1:8080") == 403);
  CHECK(with_origin("https://chat.example.org", "x", {"https://chat.example.org"}) == 101);
  CHECK(with_origin("https://chat.example.org.evil.example", "x", {"https://chat.example.org"}) == 403);
  CHECK(with_origin("https://anything", "x", {"*"}) == 101);
}

TEST_CASE("net upgrade: a refused origin is told which setting decides") {
  node n;
  client c(n);
  const auto got = c.upgrade("Origin: http://evil.example\r\n");
  CHECK(status_of(got) == 403);
  CHECK(got.find("add it to http.allowed_origins") != got.npos);
}

TEST_CASE("net upgrade: two Origins are refused, none is no browser") {
  CHECK(answer_to(request(good_key, "13", "Origin: http://127.0.0.1\r\nOrigin: http://127.0.0.1\r\n")) ==
        403);
  CHECK(answer_to(request(good_key)) == 101);
}

TEST_CASE("net upgrade: the session learns program and token") {
  node n;
  client c(n);
  c.upgrade("User-Agent: test/1\r\n", "/v1/ws?a=b&token=t%2Bk");
  CHECK(n.session().who.user_agent == "test/1");
  CHECK(n.session().who.token == "t+k");
  client bearer(n);
  bearer.upgrade("Authorization: Bearer abc\r\n", "/v1/ws?token=other");
  CHECK(n.session().who.token == "abc");
}

TEST_CASE("net upgrade: over limits.connections the upgrade is accepted and closed with 4008") {
  config::settings s;
  s.limits.connections = 1;
  node n(s);
  client first(n);
  CHECK(status_of(first.upgrade()) == 101);
  {
    client second(n);
    CHECK(status_of(second.upgrade()) == 101);
    const auto f = second.frame();
    CHECK(code_of(f) == 4008);
    CHECK(f.payload.substr(2) == "too_many_connections");
  }
  CHECK(n.sessions.size() == 1);
  CHECK(n.until([&] { return n.stats.closes[4008] == 1; }));
  n.session().link->abort();
  REQUIRE(n.until([&] { return n.state.sessions == 0; }));
  client third(n);
  CHECK(status_of(third.upgrade()) == 101);
  CHECK(n.sessions.size() == 2);
}

TEST_CASE("net upgrade: a session that cannot be made closes with 1011") {
  node n;
  n.when_opened = [] { throw std::runtime_error("no session today"); };
  client c(n);
  CHECK(status_of(c.upgrade()) == 101);
  CHECK(code_of(c.frame()) == 1011);
}
