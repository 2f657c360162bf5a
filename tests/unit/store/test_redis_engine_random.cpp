// Nodes on one server that fails in every way: unit/store/redis_walk.hpp.
#include <cstdint>

#include "catch.hpp"
#include "unit/store/redis_walk.hpp"

using namespace roomd;
using namespace roomd::store::test;

TEST_CASE("redis engine: whatever goes wrong, every room is told the server's history, and of every hole") {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    redis_walk w{dice(seed)};
    for (int i = 0; i < 600; ++i) w.step();
    REQUIRE(w.end() == "");
  }
}
