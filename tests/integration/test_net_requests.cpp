// What an HTTP request may not be: everything that two servers could read in two ways, and everything too large.
#include "net/request_buffer.hpp"

#include "catch.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;

namespace {

// Sends it and says the status; the connection must end with the answer, whatever follows the request.
int refusal(const std::string& request) {
  node n;
  client c(n);
  c.send(request);
  c.half_close();
  const auto all = c.rest();
  CHECK(all.find("Connection: close\r\n") != all.npos);
  CHECK(all.find("HTTP/1.1 ", 1) == all.npos);
  CHECK(n.until([&] { return n.stats.sockets == 0; }));
  return status_of(all);
}

std::string with(std::string_view headers, std::string_view after = {}) {
  return get("/health", headers).append(after);
}

}  // namespace

TEST_CASE("net requests: any Transfer-Encoding is refused, and its body is no second request") {
  for (const auto* value :
       {"chunked", "gzip", "xchunked", "chunked, gzip", "gzip, chunked", "identity", ""}) {
    INFO(value);
    CHECK(refusal(with("Transfer-Encoding: " + std::string(value) + "\r\n", "0\r\n\r\n" + get("/ready"))) ==
          400);
  }
  CHECK(refusal("GET /health HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
}

TEST_CASE("net requests: a chunk trailer of 70 KB costs one connection") {
  node n;
  client c(n);
  c.send_some("POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: " +
              std::string(70000, 'y') + "\r\n\r\n");
  CHECK(status_of(c.response()) == 400);
  c.half_close();
  CHECK(c.ended());
  client other(n);
  other.send(get("/health"));
  CHECK(status_of(other.response()) == 200);
}

TEST_CASE("net requests: a body is refused") {
  CHECK(refusal(with("Content-Length: 5\r\n", "hello")) == 413);
  CHECK(refusal(with("Content-Length: 9223372036854775807\r\n")) == 413);
}

TEST_CASE("net requests: an empty body is none") {
  node n;
  client c(n);
  c.send(with("Content-Length: 0\r\n"));
  CHECK(status_of(c.response()) == 200);
}

TEST_CASE("net requests: a Content-Length with two readings is refused") {
  for (const auto* headers :
       {"Content-Length: 3\r\nContent-Length: 3\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 3, 3\r\n", "Content-Length: +3\r\n", "Content-Length: -1\r\n",
        "Content-Length: 0x3\r\n", "Content-Length: 99999999999999999999999\r\n", "Content-Length: \r\n",
        "Content-Length : 3\r\n", "Content-Length: 0\r\nContent-Length: 0\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"}) {
    INFO(headers);
    CHECK(refusal(with(headers, "abc")) == 400);
  }
}

TEST_CASE("net requests: Host must stand there once") {
  CHECK(refusal("GET /health HTTP/1.1\r\n\r\n") == 400);
  CHECK(refusal(with("Host: y\r\n")) == 400);
  CHECK(refusal("GET /health HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n") == 400);
}

TEST_CASE("net requests: folded lines and bare line ends are refused") {
  CHECK(refusal(with("X-A: b\r\n c\r\n")) == 400);
  CHECK(refusal(with("X-A: b\r\n\tc\r\n")) == 400);
  CHECK(refusal("GET /health HTTP/1.1\r\n Host: x\r\n\r\n") == 400);
  CHECK(refusal("GET /health HTTP/1.1\nHost: x\n\n") == 400);
  CHECK(refusal("GET /health HTTP/1.1\r\nHost: x\r\nX-A: b\nX-C: d\r\n\r\n") == 400);
  CHECK(refusal("GET /health HTTP/1.1\r\nHost: x\r\nX-A: b\rX-C: d\r\n\r\n") == 400);
}

TEST_CASE("net requests: bytes that are no request are refused") {
  CHECK(refusal(std::string("\x16\x03\x01\x02\x00\x01\r\n\r\n", 10)) == 400);
  CHECK(refusal("GET /health\r\n\r\n") == 400);
  CHECK(refusal("GET health HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
  CHECK(refusal("GET http://x/health HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
  CHECK(refusal("GET /health HTTP/2.0\r\nHost: x\r\n\r\n") == 505);
  CHECK(refusal(with(std::string("X-A: b\0c\r\n", 10))) == 400);
  CHECK(refusal(with("X-\x01: b\r\n")) == 400);
  CHECK(refusal(with("Expect: 100-continue\r\n")) == 417);
}

TEST_CASE("net requests: empty lines before a request are skipped") {
  node n;
  client c(n);
  c.send("\r\n\r\n" + get("/health") + "\r\n" + get("/health"));
  CHECK(status_of(c.response()) == 200);
  CHECK(status_of(c.response()) == 200);
}

TEST_CASE("net requests: headers over http.max_header_bytes are 431, whole or not") {
  CHECK(refusal(with("X-A: " + std::string(16384, 'a') + "\r\n")) == 431);
  CHECK(refusal("GET /health HTTP/1.1\r\nX-A: " + std::string(20000, 'a')) == 431);
  node n;
  client c(n);
  const auto room = 16384 - with("X-A: \r\n").size();
  c.send(with("X-A: " + std::string(room, 'a') + "\r\n"));
  CHECK(status_of(c.response()) == 200);
}

TEST_CASE("net requests: more fields than http.max_header_fields are 431") {
  std::string fields;
  for (int i = 0; i < 63; ++i) fields += "X-" + std::to_string(i) + ": v\r\n";
  node n;
  client c(n);
  c.send(with(fields));  // and Host
  CHECK(status_of(c.response()) == 200);
  CHECK(refusal(with(fields + "X-Last: v\r\n")) == 431);
}

TEST_CASE("net requests: a target over its limit is 414") {
  CHECK(refusal(get("/" + std::string(8000, 'a'))) == 414);
}

TEST_CASE("net requests: a request may come byte by byte") {
  node n;
  client c(n);
  for (const char byte : get("/health")) {
    c.send(std::string_view(&byte, 1));
    n.turn();
  }
  CHECK(status_of(c.response()) == 200);
}

// One that moves the rest for each line moves a quarter of a terabyte here.
TEST_CASE("net requests: a megabyte of empty lines before a request costs what its bytes do") {
  net::request_buffer in;
  std::string lines;
  while (lines.size() < 1 << 20) lines += "\r\n";
  in.append(lines);
  in.append(get("/health"));
  CHECK(in.look(2 << 20) == net::request_buffer::state::whole);
  CHECK(in.head() == get("/health"));
}

TEST_CASE("net requests: empty lines count as part of the head that they come before") {
  CHECK(refusal([] {
          std::string lines;
          while (lines.size() <= 32768) lines += "\r\n";
          return lines;
        }()) == 431);
}

TEST_CASE("net requests: bytes that come one by one make the same heads") {
  const std::string sent = "\r\n\r\n" + get("/health") + "\r\n" + get("/ready");
  net::request_buffer in;
  std::vector<std::string> heads;
  for (const char byte : sent) {
    in.append({&byte, 1});
    const auto found = in.look(1024);
    REQUIRE((found == net::request_buffer::state::partial || found == net::request_buffer::state::whole));
    if (found == net::request_buffer::state::partial) continue;
    heads.emplace_back(in.head());
    in.drop_head();
  }
  CHECK(heads == std::vector<std::string>{get("/health"), get("/ready")});
  CHECK(in.empty());
}
