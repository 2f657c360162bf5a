#include <algorithm>
#include <random>
#include <string>

#include "protocol/inflater.hpp"

#include "catch.hpp"
#include "unit/protocol/raw_deflate.hpp"

using namespace roomd::protocol;
using namespace roomd::protocol::test;
using namespace std::string_literals;
using status = inflater::status;

namespace {

constexpr std::size_t plenty = 1 << 20;

struct result {
  status end;
  std::string text;
};

bool operator==(const result& a, const result& b) { return a.end == b.end && a.text == b.text; }

std::ostream& operator<<(std::ostream& out, const result& r) {
  return out << static_cast<int>(r.end) << " \"" << r.text << '"';
}

/// One message, in fragments of so many bytes.
result inflate_in(inflater& in, std::string_view payload, std::size_t fragment = std::string::npos,
                  std::size_t max_size = plenty) {
  std::string out;
  for (;;) {
    const std::string_view part = payload.substr(0, fragment);
    payload.remove_prefix(part.size());
    const status s = in.feed(part, payload.empty(), max_size, out);
    if (s != status::incomplete) return {s, out};
    REQUIRE_FALSE(payload.empty());
  }
}

result inflate_all(std::string_view payload, std::size_t max_size = plenty) {
  inflater in;
  return inflate_in(in, payload, std::string::npos, max_size);
}

result whole(std::string text) { return {status::whole, std::move(text)}; }

}  // namespace

// RFC 7692 section 7.2.3
TEST_CASE("inflater: the RFC's message in one block") {
  CHECK(inflate_all("\xf2\x48\xcd\xc9\xc9\x07\x00"s) == whole("Hello"));
}

TEST_CASE("inflater: the RFC's message in two fragments") {
  inflater in;
  std::string out;
  CHECK(in.feed("\xf2\x48\xcd", false, plenty, out) == status::incomplete);
  CHECK(in.feed("\xc9\xc9\x07\x00"s, true, plenty, out) == status::whole);
  CHECK(out == "Hello");
}

TEST_CASE("inflater: the RFC's message that refers to the one before it is malformed") {
  inflater in;
  REQUIRE(inflate_in(in, "\xf2\x48\xcd\xc9\xc9\x07\x00"s) == whole("Hello"));
  CHECK(inflate_in(in, "\xf2\x00\x11\x00\x00"s).end == status::malformed);
}

TEST_CASE("inflater: the RFC's block without compression") {
  CHECK(inflate_all("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s) == whole("Hello"));
}

TEST_CASE("inflater: the RFC's final block") {
  CHECK(inflate_all("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s) == whole("Hello"));
}

TEST_CASE("inflater: the RFC's two blocks") {
  CHECK(inflate_all("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s) == whole("Hello"));
}

TEST_CASE("inflater: the RFC's empty message") { CHECK(inflate_all("\x00"s) == whole("")); }

TEST_CASE("inflater: data may follow a final block") {
  const std::string final_hello = "\xf3\x48\xcd\xc9\xc9\x07\x00"s;
  const std::string hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
  for (const std::size_t fragment : {1u, 2u, 3u, 7u, 100u}) {
    inflater in;
    CHECK(inflate_in(in, final_hello + final_hello + hello, fragment) == whole("HelloHelloHello"));
  }
}

TEST_CASE("inflater: fragments may be empty") {
  inflater in;
  std::string out;
  CHECK(in.feed("", false, plenty, out) == status::incomplete);
  CHECK(in.feed("\xf2\x48\xcd\xc9\xc9\x07\x00"s, false, plenty, out) == status::incomplete);
  CHECK(in.feed("", false, plenty, out) == status::incomplete);
  CHECK(in.feed("", true, plenty, out) == status::whole);
  CHECK(out == "Hello");
}

TEST_CASE("inflater: a message of no bytes at all is malformed") {
  CHECK(inflate_all("").end == status::malformed);
}

TEST_CASE("inflater: a message cut off anywhere is malformed") {
  std::mt19937 rng(1);
  const std::string text = any_text(rng, 900);
  for (const std::size_t block : {std::string::npos, std::size_t{300}}) {
    const std::string payload = deflated(text, {.block = block});
    for (std::size_t n = 0; n < payload.size(); ++n) {
      INFO(block << " " << n << " of " << payload.size());
      const bool between_flushes = payload.substr(n).starts_with(flush_tail);
      CHECK(inflate_all(payload.substr(0, n)).end == (between_flushes ? status::whole : status::malformed));
    }
  }
}

TEST_CASE(
    "inflater: a block without compression that is cut off is malformed, also where the left-out tail fits "
    "in") {
  const std::string payload = deflated("Hello", {.level = 0});
  CHECK(inflate_all(payload) == whole("Hello"));
  for (std::size_t n = 2; n < payload.size(); ++n)
    CHECK(inflate_all(payload.substr(0, n)).end == status::malformed);
}

TEST_CASE("inflater: a final block without the empty one behind it is malformed") {
  CHECK(inflate_all("\xf3\x48\xcd\xc9\xc9\x07\x00"s).end == status::malformed);
}

TEST_CASE("inflater: data that are no deflate data are malformed") {
  CHECK(inflate_all("\xff\xff\xff\xff").end == status::malformed);            // no such kind of block
  CHECK(inflate_all("\x00\x05\x00\x00\x00Hello"s).end == status::malformed);  // lengths that contradict
  CHECK(inflate_all("\xf2\x48\xcd\xc9\xc9\x07\x00rest"s).end == status::malformed);  // text behind the end
  CHECK(inflate_all(R"({"hello":{}})").end == status::malformed);
}

TEST_CASE("inflater: after a message that failed the next one is a new one") {
  inflater in;
  std::string out;
  CHECK(in.feed("\xff\xff", false, plenty, out) == status::malformed);
  CHECK(inflate_in(in, "\xf2\x48\xcd\xc9\xc9\x07\x00"s) == whole("Hello"));
  CHECK(inflate_in(in, deflated(std::string(100, 'a')), 5, 99).end == status::too_big);
  CHECK(inflate_in(in, "\xf2\x48\xcd\xc9\xc9\x07\x00"s) == whole("Hello"));
}

TEST_CASE("inflater: the bound is for what comes out, to the byte") {
  for (const std::size_t size : {1u, 4095u, 4096u, 4097u, 8192u, 65536u}) {
    INFO(size);
    const std::string text(size, 'a');
    CHECK(inflate_all(deflated(text), size) == whole(text));
    CHECK(inflate_all(deflated(text), size - 1).end == status::too_big);
  }
}

TEST_CASE("inflater: a message may end where a piece of output does") {
  for (std::size_t size = 4096; size <= 100 * 4096; size += 4096) {
    INFO(size);
    const std::string text(size, 'a');
    CHECK((inflate_all(deflated(text)) == whole(text)));
  }
}

TEST_CASE("inflater: a bomb ends at the bound, and takes no more memory than that") {
  constexpr std::size_t bound = 65536;
  const std::string bomb = deflated(std::string(64 << 20, 'a'), {.level = 9});
  REQUIRE(bomb.size() < bound + 1000);
  for (const std::size_t fragment : {std::string::npos, std::size_t{1}, std::size_t{100}}) {
    inflater in;
    std::string out;
    std::string_view rest = bomb;
    status s = status::incomplete;
    while (s == status::incomplete && !rest.empty()) {
      s = in.feed(rest.substr(0, fragment), false, bound, out);
      rest.remove_prefix(std::min(fragment, rest.size()));
    }
    CHECK(s == status::too_big);
    CHECK(out.size() <= bound);
    CHECK(out.capacity() <= bound);
    CHECK((fragment > 100 || bomb.size() - rest.size() < 300));
  }
}

TEST_CASE("inflater: endless blocks that say nothing take no memory") {
  inflater in;
  std::string out;
  const std::string nothing = "\x00\x00\x00\xff\xff\x03\x00"s;  // a stored block, and a final one
  for (int i = 0; i < 100000; ++i) REQUIRE(in.feed(nothing, false, plenty, out) == status::incomplete);
  CHECK(in.feed("\x00"s, true, plenty, out) == status::whole);
  CHECK(out.empty());
  CHECK(out.capacity() == std::string().capacity());
}

TEST_CASE("inflater: any message in any fragments of any client comes back") {
  inflater in;
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    INFO("seed " << seed);
    std::mt19937 rng(seed);
    const std::string text = any_text(rng, rng() % 20000);
    const client_style style{.level = static_cast<int>(rng() % 10),
                             .window_bits = 9 + static_cast<int>(rng() % 7),
                             .block = 1 + rng() % 10000};
    const std::string payload = deflated(text, style);
    std::string out;
    std::string_view rest = payload;
    for (;;) {
      const std::string_view part = rest.substr(0, rng() % 3000);
      rest.remove_prefix(part.size());
      const bool last = rest.empty() && rng() % 2 == 0;
      const status s = in.feed(part, last, text.size(), out);
      REQUIRE(s == (last ? status::whole : status::incomplete));
      if (last) break;
    }
    CHECK((out == text));
  }
}
