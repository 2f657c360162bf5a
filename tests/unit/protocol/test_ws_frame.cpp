#include <string>

#include "protocol/ws_frame.hpp"

#include "catch.hpp"
#include "unit/protocol/unwrap.hpp"

using namespace roomd::protocol;
using roomd::protocol::test::unwrap;

TEST_CASE("ws frame: the header grows with the payload") {
  CHECK(ws_header_size(0) == 2);
  CHECK(ws_header_size(125) == 2);
  CHECK(ws_header_size(126) == 4);
  CHECK(ws_header_size(65535) == 4);
  CHECK(ws_header_size(65536) == 10);
}

TEST_CASE("ws frame: a text frame is header and payload, byte for byte") {
  CHECK(text_frame("hi")->wire() == "\x81\x02hi");
  CHECK(text_frame(std::string(126, 'a'))->wire() ==
        std::string("\x81\x7e\x00\x7e", 4) + std::string(126, 'a'));
  CHECK(text_frame(std::string(0x10203, 'a'))->wire().substr(0, 11) ==
        std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x02\x03"
                    "a",
                    11));
}

TEST_CASE("ws frame: the payload comes back at every edge of length") {
  for (const std::size_t n : {0u, 1u, 124u, 125u, 126u, 127u, 65534u, 65535u, 65536u, 65537u, 200000u}) {
    INFO(n);
    const std::string payload(n, 'p');
    const auto f = text_frame(payload);
    CHECK(unwrap(f->wire()) == payload);
    CHECK(f->payload() == payload);
    CHECK(f->size() == ws_header_size(n) + n);
  }
}

TEST_CASE("ws frame: a frame in place leaves spare room in front of it unused") {
  const auto f = frame_in_place(std::string(30, 'x') + "body", 30);
  CHECK(f.wire() ==
        "\x81\x04"
        "body");
  CHECK(f.payload() == "body");
}
