// The fuzzer's own entry, over texts that are damaged at random.
#include <string>

// Each fuzzer has its entry by that name, and this program has several.
#define LLVMFuzzerTestOneInput fuzz_json_scanner
#include "catch.hpp"
#include "fuzz/fuzz_json_scanner.cpp"
#include "unit/protocol/text_mutator.hpp"

TEST_CASE("json scanner: damaged texts break no promise of the fuzzer's entry") {
  using namespace roomd::protocol::test;
  constexpr std::string_view texts[] = {R"({"a":[1,-2.5e3,"x\u00e4\n",{"b":null}],"c":true})",
                                        R"([[[[]]],{},"",0.1e-7])", R"("\ud83d\ude00")", " false "};
  for (unsigned seed = 1; seed <= 30000; ++seed) {
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    generator rng(seed);
    const std::string text =
        mutated(std::string(texts[seed % std::size(texts)]), "{}[],:\"\\ \nu0e-+.tfn1", rng);
    fuzz_json_scanner(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}
