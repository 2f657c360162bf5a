// Frames as clients send them, whole and in pieces, well and badly made.
#include <random>
#include <string>
#include <vector>

#include <malloc.h>

#include "protocol/ws_reader.hpp"

#include "catch.hpp"

using roomd::protocol::ws_reader;
using event = ws_reader::event;

namespace {

constexpr std::size_t bound = 1000;

struct seen {
  event what;
  std::string payload;
  bool operator==(const seen&) const = default;
};

/// A masked frame. `first`: FIN, RSV and opcode. `length`: the form of the length; 0: the shortest.
std::string client_frame(unsigned first, std::string payload, std::size_t form = 0) {
  const unsigned char mask[] = {0x11, 0x80, 0xFE, 0x03};
  std::string out(1, static_cast<char>(first));
  const std::size_t n = payload.size();
  if (form == 0) form = n < 126 ? 7 : n <= 0xFFFF ? 16 : 64;
  out += static_cast<char>(0x80 | (form == 7 ? n : form == 16 ? 126 : 127));
  if (form > 7)
    for (std::size_t shift = form; shift > 0; shift -= 8)
      out += static_cast<char>(static_cast<std::uint64_t>(n) >> (shift - 8));
  for (unsigned char m : mask) out += static_cast<char>(m);
  for (std::size_t i = 0; i < n; ++i) out += static_cast<char>(payload[i] ^ static_cast<char>(mask[i % 4]));
  return out;
}

/// What a reader finds in bytes that come in the given pieces.
std::vector<seen> read(std::string bytes, const std::vector<std::size_t>& pieces = {},
                       bool compression = false) {
  ws_reader r;
  std::vector<seen> out;
  std::size_t at = 0;
  for (std::size_t i = 0; at < bytes.size(); ++i) {
    const std::size_t n = i < pieces.size() ? std::min(pieces[i], bytes.size() - at) : bytes.size() - at;
    std::span<char> in(bytes.data() + at, n);
    at += n;
    for (event e; (e = r.next(in, bound, compression)) != event::none;) {
      out.push_back({e, std::string(r.payload())});
      if (e == event::bad_frame || e == event::too_big || e == event::close) return out;
    }
    CHECK(in.empty());
  }
  return out;
}

using all = std::vector<seen>;

}  // namespace

TEST_CASE("ws reader: whole messages, one behind the other in one piece") {
  CHECK(read(client_frame(0x81, "one") + client_frame(0x82, "two") + client_frame(0x81, "")) ==
        all{{event::text, "one"}, {event::binary, "two"}, {event::text, ""}});
}

TEST_CASE("ws reader: a message that came whole is handed on where it stands") {
  std::string bytes = client_frame(0x81, "here");
  std::span<char> in(bytes);
  ws_reader r;
  REQUIRE(r.next(in, bound) == event::text);
  CHECK(r.payload().data() == bytes.data() + 6);
}

TEST_CASE("ws reader: fragments are joined, and control frames between them are told at once") {
  CHECK(read(client_frame(0x01, "a") + client_frame(0x89, "ping") + client_frame(0x00, "") +
             client_frame(0x8A, "") + client_frame(0x80, "b") + client_frame(0x81, "c")) ==
        all{{event::ping, "ping"}, {event::pong, ""}, {event::text, "ab"}, {event::text, "c"}});
}

TEST_CASE("ws reader: each form of the length, and no longer one than needed") {
  for (const std::size_t n : {0u, 1u, 125u, 126u, 127u, 999u, 1000u})
    CHECK(read(client_frame(0x81, std::string(n, 'x'))) == all{{event::text, std::string(n, 'x')}});
  CHECK(read(client_frame(0x81, "x", 16)).front().what == event::bad_frame);
  CHECK(read(client_frame(0x81, "x", 64)).front().what == event::bad_frame);
  CHECK(read(client_frame(0x81, std::string(200, 'x'), 64)).front().what == event::bad_frame);
}

TEST_CASE("ws reader: a message over the bound is refused by its header, in one frame or many") {
  CHECK(read(client_frame(0x81, std::string(1001, 'x')).substr(0, 8)) == all{{event::too_big, ""}});
  CHECK(read(client_frame(0x01, std::string(600, 'x')) + client_frame(0x80, std::string(401, 'x'))) ==
        all{{event::too_big, ""}});
  const std::string declared("\x81\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF....", 14);
  CHECK(read(declared) == all{{event::too_big, ""}});
}

TEST_CASE("ws reader: what the RFC forbids is a bad frame") {
  const std::string started = client_frame(0x01, "a");
  for (const std::string& bytes : {
           std::string("\x81\x01x"),                          // not masked
           client_frame(0xC1, "x"),                           // RSV1 without compression
           client_frame(0xA1, "x"), client_frame(0x91, "x"),  // RSV2, RSV3
           client_frame(0x83, "x"), client_frame(0x8B, "x"),  // unknown opcodes
           client_frame(0x80, "x"),                           // goes on with nothing
           client_frame(0x09, "x"),                           // a control frame in fragments
           client_frame(0x89, std::string(126, 'x')),         // a long one
           started + client_frame(0x81, "x"),                 // a message inside of another
       })
    CHECK(read(bytes).back().what == event::bad_frame);
}

TEST_CASE("ws reader: compression is allowed on a message's first frame only") {
  ws_reader r;
  std::string bytes = client_frame(0x41, "a") + client_frame(0x80, "b") + client_frame(0x81, "c");
  std::span<char> in(bytes);
  REQUIRE(r.next(in, bound, true) == event::text);
  CHECK(r.compressed());
  CHECK(r.payload() == "ab");
  REQUIRE(r.next(in, bound, true) == event::text);
  CHECK_FALSE(r.compressed());
  CHECK(read(client_frame(0x01, "a") + client_frame(0xC0, "b"), {}, true).back().what == event::bad_frame);
  CHECK(read(client_frame(0xC9, "a"), {}, true).back().what == event::bad_frame);
}

TEST_CASE("ws reader: pieces make no difference, wherever they are cut") {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    INFO("seed " << seed);
    std::mt19937 engine(seed);
    const auto pick = [&](unsigned n) { return static_cast<unsigned>(engine()) % n; };
    std::string bytes;
    for (int i = 0; i < 12; ++i) {
      const unsigned parts = 1 + pick(3);
      for (unsigned part = 0; part < parts; ++part) {
        if (pick(4) == 0) bytes += client_frame(0x89, std::string(pick(126), 'p'));
        const unsigned fin = part + 1 == parts ? 0x80 : 0;
        bytes += client_frame(fin | (part == 0 ? 1 + pick(2) : 0),
                              std::string(pick(300), static_cast<char>('a' + i)));
      }
    }
    bytes += client_frame(0x88, "\x03\xE8");
    std::vector<std::size_t> pieces;
    for (std::size_t sum = 0; sum < bytes.size(); sum += pieces.back())
      pieces.push_back(1 + pick(seed % 2 ? 9 : 200));
    const auto whole = read(bytes);
    REQUIRE(whole.back().what == event::close);
    REQUIRE(read(bytes, pieces) == whole);
  }
}

TEST_CASE("ws reader: an endless row of empty fragments takes no memory, and the message can still end") {
  ws_reader r;
  const auto feed = [&r](std::string bytes) {
    std::span<char> in(bytes);
    return r.next(in, bound, true);
  };
  const std::string empty = client_frame(0x00, "");
  CHECK(feed(client_frame(0x41, "")) == event::none);
  CHECK(feed(empty) == event::none);
  const auto held = ::mallinfo2().uordblks;
  for (int i = 0; i < 100000; ++i) REQUIRE(feed(empty) == event::none);
  CHECK(::mallinfo2().uordblks == held);
  CHECK(feed(client_frame(0x80, "end")) == event::text);
  CHECK(r.compressed());
}
