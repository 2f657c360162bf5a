// The fuzzer's own entry, over random bytes.
#include <random>
#include <string>

#include "catch.hpp"

#define LLVMFuzzerTestOneInput fuzz_redis_room  // the other entries of this program have the usual name
#include "fuzz/fuzz_redis_room.cpp"
#undef LLVMFuzzerTestOneInput

TEST_CASE("redis room: whatever servers do and say, no promise of the fuzzer's entry is broken") {
  for (unsigned seed = 1; seed <= 600; ++seed) {
    std::mt19937 rng(seed);
    std::string bytes(rng() % 1500, '\0');
    for (char& c : bytes) c = static_cast<char>(rng());
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    fuzz_redis_room(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
}
