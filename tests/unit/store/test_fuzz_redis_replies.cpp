// The fuzzer's own entry, over replies that are damaged at random.
#include <string>

// Each fuzzer has its entry by that name, and this program has several.
#define LLVMFuzzerTestOneInput fuzz_redis_replies
#include "catch.hpp"
#include "fuzz/fuzz_redis_replies.cpp"
#include "unit/protocol/text_mutator.hpp"

namespace {

const std::string slots = "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:7000\r\n$2\r\nid\r\n";
const std::string nodes = "$62\r\nid 127.0.0.1:7000@17000 myself,master - 0 0 5 connected 0-16383\r\n";

}  // namespace

TEST_CASE("redis replies: damaged ones break no promise of the fuzzer's entry") {
  using namespace roomd::protocol::test;
  const std::string replies[] = {
      slots + nodes,
      "*1\r\n$0\r\n\r\n*2\r\n$12\r\nconfig-epoch\r\n$1\r\n7\r\n*2\r\n$9\r\n127.0.0.1\r\n$4\r\n6379\r\n",
      "*6\r\n$3\r\na.0\r\n$2\r\nff\r\n$0\r\n\r\n:3\r\n:1\r\n*2\r\n$20\r\na.0 1 1700000000 2 {}\r\n$9\r\na.0 "
      "2 2 3\r\n",
      "$70\r\n# Server\r\nserver_time_usec:1700000000000000\r\nrole:master\r\nmaster_replid:ab\r\n\r\n",
  };
  for (unsigned seed = 1; seed <= 30000; ++seed) {
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    generator rng(seed);
    const std::string text =
        static_cast<char>(seed % 8) + mutated(replies[seed % std::size(replies)], "*$:+-0129.\r\n @,", rng);
    fuzz_redis_replies(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}
