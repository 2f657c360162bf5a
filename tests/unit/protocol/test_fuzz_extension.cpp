// The fuzzer's own entry, over headers that are damaged at random.
#include <string>

// Each fuzzer has its entry by that name, and this program has several.
#define LLVMFuzzerTestOneInput fuzz_extension
#include "catch.hpp"
#include "fuzz/fuzz_extension.cpp"
#include "unit/protocol/text_mutator.hpp"

TEST_CASE("extension: damaged headers break no promise of the fuzzer's entry") {
  using namespace roomd::protocol::test;
  constexpr std::string_view headers[] = {
      "permessage-deflate; client_max_window_bits",
      "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12",
      "permessage-deflate; server_max_window_bits=\"1\\5\"; server_no_context_takeover",
      "x; y=\"z\", permessage-deflate; server_max_window_bits=10, permessage-deflate",
  };
  for (unsigned seed = 1; seed <= 30000; ++seed) {
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    generator rng(seed);
    const std::string text =
        mutated(std::string(headers[seed % std::size(headers)]), ",;=\"\\ \t0127xy\n", rng);
    fuzz_extension(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}
