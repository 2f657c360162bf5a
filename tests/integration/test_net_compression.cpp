// permessage-deflate on a socket: what is agreed on, what comes in compressed, and what it costs.
#include <malloc.h>

#include "net/tls.hpp"

#include "catch.hpp"
#include "net_certificate.hpp"
#include "net_harness.hpp"
#include "unit/protocol/raw_deflate.hpp"

using namespace roomd;
using namespace roomd::net_test;
using protocol::test::deflated;

namespace {

constexpr std::string_view offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
constexpr std::uint8_t final_compressed_text = 0xC1;

config::settings compressing() {
  config::settings s;
  s.session.compression = true;
  return s;
}

/// The value of the answer's `Sec-WebSocket-Extensions`; empty where it has none.
std::string agreed(const std::string& answer) {
  constexpr std::string_view name = "Sec-WebSocket-Extensions: ";
  const auto at = answer.find(name);
  if (at == answer.npos) return {};
  const auto begin = at + name.size();
  return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

std::string answer_to(std::string_view headers, config::settings s = compressing()) {
  node n(std::move(s));
  client c(n);
  return c.upgrade(headers);
}

/// The close code with which a compressing connection ends when it is sent these bytes; the next one is served.
unsigned close_after(const std::string& bytes) {
  node n(compressing());
  client c(n);
  c.upgrade(offer);
  c.send(bytes);
  const unsigned code = code_of(c.frame());
  CHECK(n.session().count("text:") == 0);
  client next(n);
  next.upgrade(offer);
  next.send(raw_frame(final_compressed_text, deflated("still there")));
  CHECK(n.until([&] { return n.session().count("text:still there") == 1; }));
  return code;
}

/// Bytes of the heap that `count` idle connections hold, of which each has sent one long message.
std::size_t held_by_idle(int count, bool compressed) {
  node n(compressing());
  std::vector<std::unique_ptr<client>> clients;
  const std::string text(5000, 'x');
  const auto connect = [&] {
    auto& c = *clients.emplace_back(std::make_unique<client>(n));
    c.upgrade(compressed ? offer : "");
    c.in.shrink_to_fit();
    c.send(compressed ? raw_frame(final_compressed_text, deflated(text)) : masked(op::text, text));
    REQUIRE(n.until([&] { return n.session().heard.size() == 1; }));
    n.session().heard = {};
  };
  connect();  // what is made once for all
  const auto before = ::mallinfo2().uordblks;
  for (int i = 0; i < count; ++i) connect();
  return ::mallinfo2().uordblks - before;
}

}  // namespace

TEST_CASE("net compression: an offer is answered, and nothing is agreed on without one") {
  const std::string both = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  CHECK(agreed(answer_to(offer)) == both);
  CHECK(agreed(answer_to("Sec-WebSocket-Extensions: x-webkit-frame, permessage-deflate\r\n")) == both);
  CHECK(agreed(answer_to("")).empty());
  CHECK(agreed(answer_to("Sec-WebSocket-Extensions: x-webkit-frame\r\n")).empty());
}

TEST_CASE("net compression: offers in several lines are one list, and the first that can be kept to counts") {
  const auto answer = answer_to(
      "Sec-WebSocket-Extensions: x-other, permessage-deflate; server_max_window_bits=8\r\n"
      "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=13\r\n"
      "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  CHECK(agreed(answer).ends_with("; server_max_window_bits=12"));
  CHECK(answer.find("Sec-WebSocket-Extensions") == answer.rfind("Sec-WebSocket-Extensions"));
}

TEST_CASE("net compression: a header that breaks the grammar is refused, in whichever line") {
  CHECK(status_of(answer_to("Sec-WebSocket-Extensions: permessage-deflate;\r\n")) == 400);
  CHECK(status_of(answer_to("Sec-WebSocket-Extensions: permessage-deflate\r\n"
                            "Sec-WebSocket-Extensions: a b\r\n")) == 400);
}

TEST_CASE("net compression: with the setting off, which it is, no offer is looked at") {
  for (const auto* header : {"Sec-WebSocket-Extensions: permessage-deflate\r\n",
                             "Sec-WebSocket-Extensions: permessage-deflate;\r\n"}) {
    const auto answer = answer_to(header, {});
    CHECK(status_of(answer) == 101);
    CHECK(agreed(answer).empty());
  }
}

TEST_CASE("net compression: the session is told whether its client takes compressed frames") {
  node n(compressing());
  client with(n);
  with.upgrade(offer);
  CHECK(n.session().link->deflates());
  client without(n);
  without.upgrade();
  CHECK_FALSE(n.session().link->deflates());
}

TEST_CASE("net compression: compressed and plain messages arrive as the text that was sent") {
  node n(compressing());
  client c(n);
  c.upgrade(offer);
  std::vector<std::string> expected;
  for (const std::size_t size : {0u, 1u, 125u, 1000u, 65535u, 65536u}) {
    const std::string text(size, 't');
    c.send(raw_frame(final_compressed_text, deflated(text)) + masked(op::text, text));
    expected.insert(expected.end(), 2, "text:" + text);
  }
  CHECK(n.until([&] { return n.session().heard.size() == expected.size(); }));
  CHECK(n.session().heard == expected);
}

TEST_CASE("net compression: a compressed message may come in fragments, with a ping between them") {
  node n(compressing());
  client c(n);
  c.upgrade(offer);
  const std::string payload = deflated(
      "gr\xc3\xbc\xc3\x9f"
      "e " +
      std::string(300, '.'));
  c.send(raw_frame(0x41, payload.substr(0, 3)) + masked(0, "", false) + masked(op::ping, "p") +
         masked(0, payload.substr(3)));
  const auto pong = c.frame();
  CHECK(pong.opcode == op::pong);
  CHECK(pong.payload == "p");
  CHECK(n.until([&] { return n.session().heard.size() == 2; }));
  CHECK(n.session().heard[1].ends_with(std::string(300, '.')));
}

TEST_CASE("net compression: a bomb ends with 1009") {
  CHECK(close_after(raw_frame(final_compressed_text, deflated(std::string(20 << 20, '\0')))) == 1009);
  CHECK(close_after(raw_frame(final_compressed_text, deflated(std::string(65537, 'x')))) == 1009);
}

TEST_CASE("net compression: what is no deflate data, or no UTF-8 inside, ends with 1007") {
  CHECK(close_after(raw_frame(final_compressed_text, "\xff\xff\xff")) == 1007);
  CHECK(close_after(raw_frame(final_compressed_text, "")) == 1007);
  CHECK(close_after(raw_frame(final_compressed_text, deflated("abc\xff"))) == 1007);
}

TEST_CASE("net compression: a compressed control frame, or continuation, ends with 1002") {
  CHECK(close_after(raw_frame(0xC9, "p")) == 1002);
  CHECK(close_after(raw_frame(0x41, "a") + raw_frame(0xC0, "b")) == 1002);
}

TEST_CASE("net compression: a compressed frame that was not agreed on ends with 1002") {
  node n(compressing());
  client c(n);
  c.upgrade();
  c.send(raw_frame(final_compressed_text, deflated("hello")));
  CHECK(code_of(c.frame()) == 1002);
}

TEST_CASE("net compression: after our close frame compressed messages are passed over") {
  node n(compressing());
  client c(n);
  c.upgrade(offer);
  n.session().link->close(close_code::going_away);
  c.send(raw_frame(final_compressed_text, deflated("late")) + masked(op::close, close_payload(1001)));
  CHECK(code_of(c.frame()) == 1001);
  CHECK(c.ended());
  CHECK(n.until([&] { return n.stats.closes[1001] == 1; }));
}

TEST_CASE("net compression: it works over TLS") {
  const own_certificate files;
  config::tls_settings tls;
  tls.certificate = files.certificate;
  tls.key = files.key;
  node n(compressing(), net::load_tls(tls).context);
  client c(n);
  c.start_tls();
  CHECK(agreed(c.upgrade(offer)).starts_with("permessage-deflate"));
  const std::string text(40000, 's');
  c.send(raw_frame(final_compressed_text, deflated(text)));
  CHECK(n.until([&] { return n.session().count("text:" + text) == 1; }));
}

TEST_CASE("net compression: an idle connection holds no more memory for it") {
  constexpr int count = 50;
  const std::size_t plain = held_by_idle(count, false);
  const std::size_t compressed = held_by_idle(count, true);
  CHECK(compressed <= plain + count * 16);
}
