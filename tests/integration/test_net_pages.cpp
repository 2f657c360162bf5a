// What web pages meet: the front page, CORS, refused origins.
#include "catch.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;

namespace {

constexpr auto chat = "https://chat.example.org";

config::settings with_origins(std::vector<std::string> allowed) {
  config::settings s;
  s.http.allowed_origins = std::move(allowed);
  return s;
}

std::string ask(const config::settings& s, std::string_view target, std::string_view origin,
                std::string_view method = "GET") {
  node n(s);
  client c(n);
  c.send(std::string(method) + ' ' + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" +
         (origin.empty() ? "" : "Origin: " + std::string(origin) + "\r\n") + "\r\n");
  return c.response();
}

}  // namespace

TEST_CASE("net pages: / leads to the playground where it is on, else it says what this is") {
  config::settings s;
  const auto to = ask(s, "/", "");
  CHECK(status_of(to) == 302);
  CHECK(has(to, "Location: /ui\r\n"));
  s.ui.enabled = false;
  const auto text = ask(s, "/", "");
  CHECK(status_of(text) == 200);
  CHECK(has(text, "Content-Type: text/plain"));
  CHECK(has(body_of(text), "/v1/ws"));
}

TEST_CASE("net pages: pages of allowed origins may read health, readiness and who is in a room") {
  for (const auto* target : {"/health", "/ready", "/v1/rooms/a/users", "/a/users"}) {
    INFO(target);
    const auto got = ask(with_origins({chat}), target, chat);
    CHECK(status_of(got) == 200);
    CHECK(has(got, "Access-Control-Allow-Origin: https://chat.example.org\r\n"));
    CHECK(has(got, "Vary: Origin\r\n"));
  }
}

TEST_CASE("net pages: others may not, and nobody may read the metrics") {
  for (const auto* origin : {"", "https://evil.example", "null", "https://chat.example.org:444"}) {
    INFO(origin);
    const auto got = ask(with_origins({chat}), "/health", origin);
    CHECK(status_of(got) == 200);
    CHECK_FALSE(has(got, "Access-Control"));
    CHECK(has(got, "Vary: Origin\r\n"));
  }
  CHECK_FALSE(has(ask(with_origins({chat}), "/metrics", chat), "Access-Control"));
  CHECK_FALSE(has(ask(with_origins({}), "/health", chat), "Access-Control"));
}

TEST_CASE("net pages: an origin is echoed only where the list has it, also where the list is *") {
  CHECK(has(ask(with_origins({"*"}), "/health", chat),
            "Access-Control-Allow-Origin: https://chat.example.org\r\n"));
  CHECK(has(ask(with_origins({"null"}), "/health", "null"), "Access-Control-Allow-Origin: null\r\n"));
}

TEST_CASE("net pages: a preflight of an allowed origin is answered, of another one refused") {
  const auto got = ask(with_origins({chat}), "/v1/rooms/a/users", chat, "OPTIONS");
  CHECK(status_of(got) == 204);
  CHECK(has(got, "Access-Control-Allow-Origin: https://chat.example.org\r\n"));
  CHECK(has(got, "Access-Control-Allow-Methods: GET, HEAD\r\n"));
  CHECK(has(got, "Access-Control-Allow-Headers: Authorization, Content-Type\r\n"));
  CHECK_FALSE(has(got, "Content-Length"));
  CHECK(status_of(ask(with_origins({chat}), "/health", "https://evil.example", "OPTIONS")) == 405);
  CHECK(status_of(ask(with_origins({chat}), "/health", "", "OPTIONS")) == 405);
  CHECK(status_of(ask(with_origins({chat}), "/metrics", chat, "OPTIONS")) == 405);
}

TEST_CASE("net pages: a page from a file may connect where the settings say so") {
  for (const auto* origin : {"null", "file://"}) {
    node n(with_origins({origin}));
    client c(n);
    CHECK(status_of(c.upgrade("Origin: " + std::string(origin) + "\r\n")) == 101);
  }
}
