// The fuzzer's own entry, over frames that are damaged at random.
#include <string>

#define LLVMFuzzerTestOneInput \
  fuzz_ws_reader  // each fuzzer has its entry by that name, and this program has several
#include "catch.hpp"
#include "fuzz/fuzz_ws_reader.cpp"
#include "unit/protocol/text_mutator.hpp"

TEST_CASE("ws reader: damaged frames break no promise of the fuzzer's entry") {
  using namespace roomd::protocol::test;
  std::string alphabet;
  for (int c = 0; c < 256; ++c) alphabet += static_cast<char>(c);
  for (unsigned seed = 1; seed <= 20000; ++seed) {
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    generator rng(seed);
    std::string frames;
    for (unsigned n = 1 + static_cast<unsigned>(rng()) % 4; n > 0; --n) {
      const unsigned char firsts[] = {0x81, 0x82, 0x01, 0x00, 0x80, 0x89, 0x8A, 0xC1, 0x41};
      const std::size_t length = rng() % 60;
      frames += static_cast<char>(firsts[rng() % std::size(firsts)]);
      frames += static_cast<char>(0x80 | length);
      frames += std::string(4 + length, static_cast<char>(rng()));
    }
    const std::string input = std::string{static_cast<char>(rng()), static_cast<char>(rng())} +
                              (rng() % 4 == 0 ? frames : mutated(frames, alphabet, rng));
    fuzz_ws_reader(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
}
