#include <limits>
#include <random>

#include "core/rate_limiter.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using roomd::rate_limiter;
using roomd::time_point;

namespace {

const time_point start{1h};

}  // namespace

TEST_CASE("rate limiter: is small enough for every session") { STATIC_REQUIRE(sizeof(rate_limiter) == 16); }

TEST_CASE("rate limiter: without a rate nothing waits") {
  rate_limiter limiter(0, 1, start);
  for (int i = 0; i < 10000; ++i) REQUIRE_FALSE(limiter.take(start));
}

TEST_CASE("rate limiter: the burst passes at once, then it says how long to wait") {
  rate_limiter limiter(10, 3, start);
  for (int i = 0; i < 3; ++i) REQUIRE_FALSE(limiter.take(start));
  CHECK(limiter.take(start) == 100ms);
  CHECK(limiter.take(start + 40ms) == 60ms);
}

TEST_CASE("rate limiter: after the wait that it named exactly one command passes") {
  rate_limiter limiter(7, 2, start);
  limiter.take(start);
  limiter.take(start);
  const auto wait = limiter.take(start);
  REQUIRE(wait);
  CHECK_FALSE(limiter.take(start + *wait));
  CHECK(limiter.take(start + *wait));
}

TEST_CASE("rate limiter: a wait below a millisecond is not called none") {
  rate_limiter limiter(100000, 1, start);
  REQUIRE_FALSE(limiter.take(start));
  CHECK(limiter.take(start) == 1ms);
}

TEST_CASE("rate limiter: a pause fills the bucket to the burst and no further") {
  rate_limiter limiter(10, 5, start);
  for (int i = 0; i < 5; ++i) REQUIRE_FALSE(limiter.take(start));
  for (int i = 0; i < 5; ++i) REQUIRE_FALSE(limiter.take(start + 1h));
  CHECK(limiter.take(start + 1h));
}

TEST_CASE("rate limiter: what is refused costs nothing") {
  rate_limiter limiter(1, 1, start);
  REQUIRE_FALSE(limiter.take(start));
  for (int i = 0; i < 100; ++i) REQUIRE(limiter.take(start + 500ms));
  CHECK_FALSE(limiter.take(start + 1s));
}

TEST_CASE("rate limiter: a burst of 0 lets one at a time through") {
  rate_limiter limiter(1, 0, start);
  CHECK_FALSE(limiter.take(start));
  CHECK(limiter.take(start) == 1s);
}

TEST_CASE("rate limiter: the largest settings do not overflow") {
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  rate_limiter slow(1, most, start);
  rate_limiter fast(most, most, start);
  for (int i = 0; i < 1000; ++i) {
    REQUIRE_FALSE(slow.take(start));
    REQUIRE_FALSE(fast.take(start));
  }
}

TEST_CASE("rate limiter: over a time the burst and what the rate allows pass, no more and hardly less") {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const auto rate = static_cast<std::uint32_t>(1 + random() % 50);
    const auto burst = static_cast<std::uint32_t>(2 + random() % 10);  // 1 loses what comes between two tries
    rate_limiter limiter(rate, burst, start);
    const auto end = start + 10s;
    double passed = 0;
    for (auto now = start; now <= end; now += std::chrono::milliseconds(1 + random() % 15)) {
      if (!limiter.take(now)) ++passed;
    }
    REQUIRE(passed <= burst + 10.0 * rate);
    REQUIRE(passed >= 10.0 * rate - 1);
  }
}
