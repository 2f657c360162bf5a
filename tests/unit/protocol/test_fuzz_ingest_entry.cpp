// The fuzzer's own entry, over entries that are damaged at random.
#include <string>

// Each fuzzer has its entry by that name, and this program has several.
#define LLVMFuzzerTestOneInput fuzz_ingest_entry
#include "catch.hpp"
#include "fuzz/fuzz_ingest_entry.cpp"
#include "unit/protocol/text_mutator.hpp"

TEST_CASE("ingest entry: damaged entries break no promise of the fuzzer's entry") {
  using namespace roomd::protocol::test;
  const std::string entries[] = {
      std::string("room\0a\0event\0e\0data\0{\"x\":1}", 27),
      std::string("room\0b\0event\0e\0data\0[1]\0key\0k\0user\0u\0ephemeral\0true", 51)};
  const std::string alphabet("\0roomeventdatakeyuser{}[]\"1\xc3\xa4", 30);
  for (unsigned seed = 1; seed <= 30000; ++seed) {
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    generator rng(seed);
    const std::string text = mutated(entries[seed % std::size(entries)], alphabet, rng);
    fuzz_ingest_entry(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}
