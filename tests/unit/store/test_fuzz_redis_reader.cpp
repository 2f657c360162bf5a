// The fuzzer's own entry, over replies that are damaged at random.
#include <string>

// Each fuzzer has its entry by that name, and this program has several.
#define LLVMFuzzerTestOneInput fuzz_redis_reader
#include "catch.hpp"
#include "fuzz/fuzz_redis_reader.cpp"
#include "unit/protocol/text_mutator.hpp"

TEST_CASE("redis reader: damaged replies break no promise of the fuzzer's entry") {
  using namespace roomd::protocol::test;
  const std::string replies[] = {
      "+OK\r\n:12\r\n$-1\r\n$5\r\nhello\r\n-NOSCRIPT No matching script.\r\n",
      "*3\r\n$8\r\nsmessage\r\n$4\r\nroom\r\n$19\r\nepoch1234 7 1 2 text\r\n",
      "*6\r\n$3\r\na.0\r\n$2\r\nff\r\n$0\r\n\r\n:3\r\n:1\r\n*2\r\n$9\r\na.0 1 2 3\r\n$9\r\na.0 2 2 3\r\n",
      "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n*-1\r\n*0\r\n",
      "$2147483647\r\n",
      "*2147483647\r\n:1\r\n",
  };
  for (unsigned seed = 1; seed <= 30000; ++seed) {
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    generator rng(seed);
    const std::string text = static_cast<char>(rng()) +
                             mutated(std::string(replies[seed % std::size(replies)]), "*$:+-0129\r\n ", rng);
    fuzz_redis_reader(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}
