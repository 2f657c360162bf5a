// What a client's text message is before it is parsed: plain or compressed, and UTF-8 or not.
#include "protocol/received_text.hpp"

#include "catch.hpp"
#include "unit/protocol/raw_deflate.hpp"

using roomd::protocol::received_text;
using roomd::protocol::test::deflated;
using status = received_text::status;

TEST_CASE("received text: plain text stands where it came") {
  const std::string text =
      "gr\xc3\xbc\xc3\x9f"
      "e";
  const received_text r(text, false, 100);
  CHECK(r.state() == status::good);
  CHECK(r.text().data() == text.data());
}

TEST_CASE("received text: a compressed one is inflated, up to the bound and not further") {
  const std::string text(1000, 'x');
  const std::string payload = deflated(text);
  const received_text r(payload, true, 1000);
  CHECK(r.state() == status::good);
  CHECK(r.text() == text);
  CHECK(received_text(payload, true, 999).state() == status::too_big);
}

TEST_CASE("received text: short and empty ones are inflated too") {
  for (const std::string text : {"", "{}", "{\"pong\":{}}"}) {
    const std::string payload = deflated(text);
    const received_text r(payload, true, 100);
    CHECK(r.state() == status::good);
    CHECK(r.text() == text);
  }
}

TEST_CASE("received text: what is no deflate data is malformed") {
  CHECK(received_text("\xff\xff\xff", true, 100).state() == status::malformed);
  CHECK(received_text("", true, 100).state() == status::malformed);
  const std::string cut = deflated(std::string(1000, 'x')).substr(0, 4);
  CHECK(received_text(cut, true, 10000).state() == status::malformed);
}

TEST_CASE("received text: what is not UTF-8 is told, also after inflating") {
  CHECK(received_text("\xff", false, 100).state() == status::not_utf8);
  CHECK(received_text(deflated("abc\xc3"), true, 100).state() == status::not_utf8);
}
