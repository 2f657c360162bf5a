// TLS: loading, HTTP and WebSocket over it.
#include <cstdio>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "net/tls.hpp"
#include "protocol/ws_frame.hpp"

#include "catch.hpp"
#include "net_certificate.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;
using namespace std::chrono_literals;
using protocol::text_frame;

namespace {

net::tls_loaded load(const std::string& certificate, const std::string& key) {
  config::tls_settings s;
  s.certificate = certificate;
  s.key = key;
  return net::load_tls(s);
}

net::tls_context_ptr context() {
  const own_certificate files;
  return load(files.certificate, files.key).context;
}

}  // namespace

TEST_CASE("net tls: what cannot be loaded is named") {
  const own_certificate one;
  const own_certificate other;
  CHECK(load(one.certificate, one.key).context);
  CHECK(load("/nowhere.pem", one.key).problem.starts_with("tls.certificate: cannot use \"/nowhere.pem\""));
  CHECK(load(one.certificate, "").problem.starts_with("tls.key: cannot use an empty file name"));
  CHECK(load(one.key, one.key).problem.starts_with("tls.certificate: "));
  const auto mixed = load(one.certificate, other.key);
  CHECK_FALSE(mixed.context);
  CHECK(mixed.problem.starts_with("tls.key: "));
}

// A terminal's question would hold up the start, and every reload after it.
TEST_CASE("net tls: a key that is encrypted is refused, and nobody is asked for its passphrase") {
  const own_certificate one;
  std::FILE* in = std::fopen(one.key.c_str(), "r");
  EVP_PKEY* key = PEM_read_PrivateKey(in, nullptr, nullptr, nullptr);
  std::fclose(in);
  std::FILE* out = std::fopen(one.key.c_str(), "w");
  unsigned char passphrase[] = "secret";
  PEM_write_PrivateKey(out, key, EVP_aes_128_cbc(), passphrase, 6, nullptr, nullptr);
  std::fclose(out);
  EVP_PKEY_free(key);
  const auto loaded = load(one.certificate, one.key);
  CHECK_FALSE(loaded.context);
  CHECK(loaded.problem.starts_with("tls.key: \"" + one.key + "\" is encrypted"));
}

TEST_CASE("net tls: HTTP works over it, kept alive and pipelined") {
  node n({}, context());
  client c(n);
  c.start_tls();
  c.send(get("/health") + get("/ready"));
  CHECK(body_of(c.response()) == R"({"status":"ok"})");
  CHECK(body_of(c.response()) == R"({"status":"ready"})");
}

TEST_CASE("net tls: the client's last word is answered with ours, before and after a request") {
  node n({}, context());
  client silent(n);
  silent.start_tls();
  silent.end_tls();
  CHECK(silent.tls_ended());
  client c(n);
  c.start_tls();
  c.send(get("/health"));
  CHECK(status_of(c.response()) == 200);
  c.end_tls();
  CHECK(c.tls_ended());
  client session(n);
  session.start_tls();
  CHECK(status_of(session.upgrade()) == 101);
  session.end_tls();
  CHECK(session.tls_ended());
  CHECK(n.until([&] { return n.session().count("closed") == 1; }));
  CHECK(n.stats.sockets == 0);
}

TEST_CASE("net tls: many small frames share records, and a peer that takes little gets all of them") {
  node n({}, context());
  client c(n, 4096);
  c.start_tls();
  c.upgrade();
  constexpr int count = 20000;
  for (int i = 0; i < count; ++i)
    n.session().link->output().push(
        text_frame(std::to_string(i) + std::string(static_cast<std::size_t>(i % 300), 'x')));
  int in_order = 0;
  for (int i = 0; i < count; ++i) in_order += c.frame().payload.starts_with(std::to_string(i));
  CHECK(in_order == count);
  CHECK(n.session().count("blocked") > 0);
  CHECK(n.until([&] { return n.session().link->output().buffered() == 0; }));
}

TEST_CASE("net tls: a request that comes in many records, and many in one, are served") {
  node n({}, context());
  client c(n);
  c.start_tls();
  const auto request = get("/health", "X: " + std::string(300, 'x') + "\r\n");
  for (const char byte : request) c.send(std::string_view(&byte, 1));
  CHECK(status_of(c.response()) == 200);
  std::string many;
  for (int i = 0; i < 60; ++i) many += request;  // more than http.max_header_bytes allows to be read at once
  c.send(many.substr(0, 14000));
  c.send(many.substr(14000));
  for (int i = 0; i < 60; ++i) CHECK(status_of(c.response()) == 200);
}

TEST_CASE("net tls: a handshake that does not come in time ends the connection") {
  node n({}, context());
  client c(n);
  REQUIRE(n.until([&] { return n.stats.sockets == 1; }));
  n.pass(10s);
  CHECK(c.ended());
  CHECK(n.stats.sockets == 0);
}

TEST_CASE("net tls: plain HTTP on a TLS address ends the connection only") {
  node n({}, context());
  client c(n);
  c.send(get("/health"));
  CHECK(c.ended());
  client good(n);
  good.start_tls();
  good.send(get("/health"));
  CHECK(status_of(good.response()) == 200);
}

TEST_CASE("net tls: messages of every size go both ways, and it is closed in order") {
  node n({}, context());
  client c(n);
  c.start_tls();
  CHECK(status_of(c.upgrade("Origin: https://127.0.0.1\r\n")) == 101);
  const std::string big(60000, 'b');
  c.send(masked(op::text, "small") + masked(op::text, big) + masked(op::ping, "p"));
  CHECK(n.until([&] { return n.session().count("alive") == 1; }));
  CHECK(n.session().count("text:small") == 1);
  CHECK(n.session().count("text:" + big) == 1);
  CHECK(c.frame().opcode == op::pong);
  for (int i = 0; i < 50; ++i) n.session().link->output().push(text_frame(std::to_string(i) + big));
  for (int i = 0; i < 50; ++i) REQUIRE(c.frame().payload == std::to_string(i) + big);
  CHECK(n.until([&] { return n.session().link->output().buffered() == 0; }));
  n.session().link->close(close_code::going_away);
  CHECK(code_of(c.frame()) == 1001);
  c.send(masked(op::close, close_payload(1001)));
  CHECK(c.ended());
  c.half_close();
  CHECK(n.until([&] { return n.session().count("closed") == 1; }));
  CHECK(n.stats.closes[1001] == 1);
}

TEST_CASE("net tls: discarding drops whole frames only") {
  node n({}, context());
  client c(n, 4096);
  c.start_tls();
  c.upgrade();
  const std::string big(100000, 'b');
  for (int i = 0; i < 100; ++i) n.session().link->output().push(text_frame(std::to_string(i % 10) + big));
  REQUIRE(n.until([&] { return n.session().count("blocked") == 1; }));
  for (int i = 0; i < 20; ++i) n.turn();
  n.session().link->close_discarding(close_code::slow_consumer);
  CHECK(n.session().link->output().buffered() <= big.size() + 100);
  int texts = 0;
  auto f = c.frame();
  for (; f.opcode == op::text; f = c.frame()) {
    REQUIRE(f.payload == std::to_string(texts % 10) + big);
    ++texts;
  }
  CHECK(texts < 100);
  CHECK(code_of(f) == 4006);
}

TEST_CASE("net tls: a reload serves new connections with the new certificate and keeps the old ones") {
  node n({}, context());
  client old(n);
  old.start_tls();
  old.send(get("/health"));
  CHECK(status_of(old.response()) == 200);
  n.server->reload(std::make_shared<const config::settings>(), context());
  client fresh(n);
  fresh.start_tls();
  fresh.send(get("/health"));
  CHECK(status_of(fresh.response()) == 200);
  old.send(get("/health"));
  CHECK(status_of(old.response()) == 200);
}
