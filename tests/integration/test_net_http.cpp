// HTTP: addresses, methods, keep-alive, time-outs, drain.
#include "catch.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;
using namespace std::chrono_literals;

namespace {

std::string ask(node& n, std::string_view request) {
  client c(n);
  c.send(request);
  return c.response();
}

}  // namespace

TEST_CASE("net http: /health answers ok, with the server's name and the body's length") {
  node n;
  const auto got = ask(n, get("/health"));
  CHECK(status_of(got) == 200);
  CHECK(has(got, "Server: roomd\r\n"));
  CHECK(has(got, "Content-Type: application/json\r\n"));
  CHECK(body_of(got) == R"({"status":"ok"})");
}

TEST_CASE("net http: /ready says 503 while the node does not serve") {
  node n;
  CHECK(status_of(ask(n, get("/ready"))) == 200);
  n.api.serves = false;
  CHECK(status_of(ask(n, get("/ready"))) == 503);
}

TEST_CASE("net http: the compatible address can be switched off") {
  config::settings s;
  s.compat.room_users = false;
  node n(s);
  CHECK(status_of(ask(n, get("/lobby/users"))) == 404);
}

TEST_CASE("net http: a room name that cannot be is refused without asking anybody") {
  node n;
  for (const auto* room : {"%00", "%0", "%zz", "%ff", "", "%C2%85"}) {
    const auto got = ask(n, get("/v1/rooms/" + std::string(room) + "/users"));
    INFO(room);
    CHECK(status_of(got) == 400);
    CHECK(has(got, R"("reason":"invalid_room")"));
  }
  CHECK(status_of(ask(n, get("/v1/rooms/" + std::string(256, 'x') + "/users"))) == 400);
  CHECK(status_of(ask(n, get("/v1/rooms/" + std::string(255, 'x') + "/users"))) == 200);
  CHECK(n.api.asked.size() == 1);
}

TEST_CASE("net http: metrics carry every counter in Prometheus's format") {
  node n;
  n.stats.messages_in = 7;
  n.stats.closes[4006] = 2;
  n.stats.peer_closes[1011] = 3;
  n.stats.loop.observe(70us);
  const auto got = body_of(ask(n, get("/metrics")));
  CHECK(has(got, "# HELP roomd_messages_in_total "));
  CHECK(has(got, "\nroomd_messages_in_total 7"));
  CHECK(has(got, "\nroomd_closes_total{code=\"4006\"} 2"));
  CHECK(has(got, "\nroomd_peer_closes_total{code=\"1011\"} 3"));
  CHECK(has(got, "roomd_loop_seconds_bucket{shard=\"0\",le=\"+Inf\"} 1"));
  CHECK(has(got, "roomd_sockets 1"));
}

TEST_CASE("net http: an unknown address is 404, in JSON") {
  node n;
  for (const auto* target : {"//", "/nothing", "/v1/rooms", "/v1/rooms/a/b/users", "/health/"}) {
    const auto got = ask(n, get(target));
    INFO(target);
    CHECK(status_of(got) == 404);
    CHECK(has(got, R"({"error":{"code":404,"reason":"not_found")"));
  }
}

TEST_CASE("net http: no path leads out of the playground's files") {
  node n;
  for (const auto* target : {"/ui/assets/../../etc/passwd", "/ui/assets/..%2f..%2fetc%2fpasswd",
                             "/ui/assets/", "/ui/assets/%2e%2e", "/ui/assets//etc/passwd"}) {
    INFO(target);
    CHECK(status_of(ask(n, get(target))) == 404);
  }
}

TEST_CASE("net http: the playground's files have their types and a content policy") {
  node n;
  const auto got = ask(n, get("/ui/assets/client.js"));
  CHECK(status_of(got) == 200);
  CHECK(has(got, "Content-Type: text/javascript; charset=utf-8\r\n"));
  CHECK(has(got, "Content-Security-Policy: default-src 'self'; connect-src 'self' ws: wss:\r\n"));
  CHECK(has(got, "X-Content-Type-Options: nosniff\r\n"));
  CHECK(has(got, "Cache-Control: no-cache\r\n"));
}

TEST_CASE("net http: the playground can be switched off") {
  config::settings s;
  s.ui.enabled = false;
  node n(s);
  CHECK(status_of(ask(n, get("/ui/assets/client.js"))) == 404);
}

TEST_CASE("net http: other methods than GET and HEAD are 405 and say what is allowed") {
  node n;
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "BREW"}) {
    const auto got = ask(n, std::string(method) + " /health HTTP/1.1\r\nHost: x\r\n\r\n");
    INFO(method);
    CHECK(status_of(got) == 405);
    CHECK(has(got, "Allow: GET, HEAD\r\n"));
  }
}

TEST_CASE("net http: HEAD gets GET's headers and no body") {
  node n;
  client c(n);
  c.send("HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto got = c.response(true);
  CHECK(status_of(got) == 200);
  CHECK(has(got, "Content-Length: 15\r\n"));
  c.send(get("/health"));
  CHECK(status_of(c.response()) == 200);
}

TEST_CASE("net http: pipelined requests are answered in order on one connection") {
  node n;
  client c(n);
  c.send(get("/health") + get("/nothing") + get("/ready"));
  CHECK(body_of(c.response()) == R"({"status":"ok"})");
  CHECK(status_of(c.response()) == 404);
  CHECK(body_of(c.response()) == R"({"status":"ready"})");
  CHECK(n.stats.http_requests == 3);
  CHECK(n.stats.sockets == 1);
}

TEST_CASE("net http: a request waits until its predecessor is answered") {
  node n;
  n.api.answers = false;
  client c(n);
  c.send(get("/v1/rooms/a/users") + get("/health"));
  REQUIRE(n.until([&] { return n.api.waiting.size() == 1; }));
  for (int i = 0; i < 5; ++i) n.turn();
  CHECK(n.stats.http_requests == 1);
  n.api.waiting.front()();
  CHECK(status_of(c.response()) == 200);
  CHECK(body_of(c.response()) == R"({"status":"ok"})");
}

TEST_CASE("net http: an answer that comes after the client has gone is dropped") {
  node n;
  n.api.answers = false;
  {
    client c(n);
    c.send(get("/v1/rooms/a/users"));
    REQUIRE(n.until([&] { return n.api.waiting.size() == 1; }));
  }
  n.server->context().connections().abort_all();
  n.turn();
  n.api.waiting.front()();
  n.api.waiting.clear();
  n.turn();
  CHECK(n.stats.sockets == 0);
}

TEST_CASE("net http: Connection: close and HTTP/1.0 end the connection after the answer") {
  node n;
  for (const auto* request :
       {"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /health HTTP/1.0\r\n\r\n"}) {
    client c(n);
    c.send(request);
    const auto got = c.response();
    CHECK(status_of(got) == 200);
    CHECK(has(got, "Connection: close\r\n"));
    CHECK(c.ended());
  }
}

TEST_CASE("net http: headers that do not come whole in time are 408, however steadily they drip") {
  node n;
  client c(n);
  const auto request = get("/health", "X-Slow: yes\r\n");
  for (std::size_t i = 0; i < 11; ++i) {
    c.send(request.substr(i, 1));
    n.turn();
    n.pass(1s);
  }
  CHECK(status_of(c.response()) == 408);
  c.half_close();
  CHECK(c.ended());
}

TEST_CASE("net http: a connection that says nothing ends after the header time-out") {
  node n;
  client c(n);
  REQUIRE(n.until([&] { return n.stats.sockets == 1; }));
  n.pass(10s);
  CHECK(n.stats.sockets == 0);
  CHECK(c.rest().empty());
}

TEST_CASE("net http: an idle connection ends after the idle time-out") {
  node n;
  client c(n);
  c.send(get("/health"));
  CHECK(status_of(c.response()) == 200);
  n.pass(74s);
  CHECK(n.stats.sockets == 1);
  n.pass(1s);
  CHECK(c.ended());
  CHECK(n.stats.sockets == 0);
}

TEST_CASE("net http: a drain ends idle connections and lets a request that is being served be answered") {
  node n;
  n.api.answers = false;
  client idle(n);
  idle.send(get("/health"));
  CHECK(status_of(idle.response()) == 200);
  client busy(n);
  busy.send(get("/v1/rooms/a/users"));
  REQUIRE(n.until([&] { return n.api.waiting.size() == 1; }));
  n.server->drain();
  CHECK(idle.ended());
  n.api.waiting.front()();
  const auto got = busy.response();
  CHECK(status_of(got) == 200);
  CHECK(has(got, "Connection: close\r\n"));
  CHECK(busy.ended());
}

TEST_CASE("net http: a client that does not take its answer is dropped after the write time-out") {
  node n;
  n.api.members = {{"ann", "{}", {std::string(16 << 20, 's')}}};
  client c(n, 4096);
  c.send(get("/v1/rooms/a/users"));
  REQUIRE(n.until([&] { return n.stats.outbox_bytes > 0 && n.stats.bytes_out > 0; }));
  n.pass(30s);
  CHECK(n.stats.sockets == 0);
  CHECK(n.stats.outbox_bytes == 0);
}
