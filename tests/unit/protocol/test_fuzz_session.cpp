// The fuzzer's own entry, over random bytes.
#include <string>

#include "catch.hpp"
#include "unit/protocol/text_mutator.hpp"

#define LLVMFuzzerTestOneInput fuzz_session  // the other entries of this program have the usual name
#include "fuzz/fuzz_session.cpp"
#undef LLVMFuzzerTestOneInput

TEST_CASE("session: whatever happens to it, no promise of the fuzzer's entry is broken") {
  for (unsigned seed = 1; seed <= 600; ++seed) {
    roomd::protocol::test::generator rng(seed);
    std::string bytes(rng() % 1500, '\0');
    for (char& c : bytes) c = static_cast<char>(rng());
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    fuzz_session(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
}
