// The fuzzer's own entry, over heads that are damaged at random.
#include <string>

// Each fuzzer has its entry by that name.
#define LLVMFuzzerTestOneInput fuzz_http_head
#include "catch.hpp"
#include "fuzz/fuzz_http_head.cpp"
#include "unit/protocol/text_mutator.hpp"

TEST_CASE("http head: damaged heads break no promise of the fuzzer's entry") {
  using namespace roomd::protocol::test;
  constexpr std::string_view heads[] = {
      "GET /a%20b/users?id_user=1&token=x HTTP/1.1\r\nHost: 127.0.0.1:80\r\nOrigin: "
      "http://127.0.0.1:80\r\n\r\n",
      "GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
      "Sec-WebSocket-Protocol: roomd.v1\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
      "POST / HTTP/1.0\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
  };
  for (unsigned seed = 1; seed <= 10000; ++seed) {
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    generator rng(seed);
    const std::string text =
        mutated(std::string(heads[seed % std::size(heads)]), "\r\n\t :/%?&=,;\"[]@\x01\x7f\x80GHa0", rng);
    fuzz_http_head(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}
