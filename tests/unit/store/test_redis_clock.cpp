#include <chrono>

#include "store/redis_clock.hpp"

#include "catch.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace std::chrono_literals;

namespace {

constexpr auto start = 1'700'000'000'000ms;  // what the server's clock shows at 0 of ours

time_point at(std::chrono::nanoseconds t) {
  return time_point(std::chrono::duration_cast<time_point::duration>(t));
}

}  // namespace

TEST_CASE("redis clock: what it read stands halfway between question and answer, and goes on from there") {
  redis_clock clock;
  clock.look(at(100ms), at(140ms), start + 120ms);
  CHECK(clock.at(at(120ms)) == (start + 120ms).count());
  CHECK(clock.at(at(1h)) == (start + 1h).count());
  CHECK(clock.at(at(0ms)) == start.count());
}

TEST_CASE("redis clock: it is wrong by half of what the look took at most, however the ways differ") {
  for (const auto way : {0ms, 1ms, 20ms, 39ms, 40ms}) {
    redis_clock clock;
    clock.look(at(0ms), at(40ms), start + way);
    CHECK(std::abs(clock.at(at(1s)) - (start + 1s).count()) <= 20);
  }
}

TEST_CASE("redis clock: a slow answer says nothing new, a quick one corrects it") {
  redis_clock clock;
  clock.look(at(0ms), at(40ms), start + 40ms);  // all of it was on the way there: 20 ms ahead
  const auto before = clock.at(at(1s));
  CHECK(before == (start + 1020ms).count());
  clock.look(at(1s), at(2s), start + 1500ms);
  CHECK(clock.at(at(1s)) == before);
  clock.look(at(3s), at(3002ms), start + 3001ms);
  CHECK(clock.at(at(1s)) == (start + 1001ms).count());
}

TEST_CASE("redis clock: it steps as the server's does, in either direction") {
  for (const auto step : {-10h, 10h}) {
    redis_clock clock;
    clock.look(at(0ms), at(2ms), start + 1ms);
    clock.look(at(1s), at(1002ms), start + step + 1001ms);
    CHECK(std::abs(clock.at(at(2s)) - (start + step + 2s).count()) <= 1);
  }
}
