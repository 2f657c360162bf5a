// The fuzzer's own entry, over compressed messages that are damaged at random.
#include <string>

// Each fuzzer has its entry by that name, and this program has several.
#define LLVMFuzzerTestOneInput fuzz_inflater
#include "catch.hpp"
#include "fuzz/fuzz_inflater.cpp"
#include "unit/protocol/raw_deflate.hpp"
#include "unit/protocol/text_mutator.hpp"

TEST_CASE("inflater: damaged messages break no promise of the fuzzer's entry") {
  using namespace roomd::protocol::test;
  std::string alphabet;
  for (int c = 0; c < 256; ++c) alphabet += static_cast<char>(c);
  for (unsigned seed = 1; seed <= 10000; ++seed) {
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    generator rng(seed);
    const client_style style{.level = static_cast<int>(any(rng, 10)), .block = 1 + any(rng, 600)};
    const std::string message = deflated(any_text(rng, any(rng, 1000)), style);
    const std::string input = std::string{static_cast<char>(rng()), static_cast<char>(rng())} +
                              (any(rng, 8) == 0 ? message : mutated(message, alphabet, rng));
    fuzz_inflater(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
}
