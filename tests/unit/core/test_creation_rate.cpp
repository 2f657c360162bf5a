#include <cstdint>

#include "core/address_rates.hpp"
#include "core/creation_rate.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using namespace roomd;

namespace {

const time_point start{1h};

}  // namespace

TEST_CASE("creation rate: is small enough for every session") { STATIC_REQUIRE(sizeof(creation_rate) == 8); }

TEST_CASE("creation rate: without a limit nothing waits") {
  creation_rate rate;
  for (int i = 0; i < 10000; ++i) REQUIRE_FALSE(rate.take(0, start));
}

TEST_CASE("creation rate: a minute's worth passes at once, then one after each part of a minute") {
  creation_rate rate;
  for (int i = 0; i < 60; ++i) REQUIRE_FALSE(rate.take(60, start));
  CHECK(rate.take(60, start) == 1s);
  CHECK(rate.take(60, start + 400ms) == 600ms);
  CHECK_FALSE(rate.take(60, start + 1s));
  CHECK(rate.take(60, start + 1s) == 1s);
}

TEST_CASE("creation rate: over any minute no more than twice the limit passes, and after an hour no more") {
  creation_rate rate;
  for (int round = 0; round < 2; ++round) {
    const auto begun = start + round * 1h;
    int passed = 0;
    for (auto t = 0ms; t < 1min; t += 50ms) passed += !rate.take(100, begun + t);
    CHECK(passed >= 198);
    CHECK(passed <= 200);
  }
}

TEST_CASE("creation rate: what is given back can be taken again") {
  creation_rate rate;
  for (int i = 0; i < 1000; ++i) {
    REQUIRE_FALSE(rate.take(3, start));
    rate.give_back(3);
  }
  CHECK(rate.full(start));
}

TEST_CASE("address rates: each address has its own") {
  address_rates rates;
  CHECK_FALSE(rates.take(1, 1, start));
  CHECK(rates.take(1, 1, start) == 60s);
  CHECK_FALSE(rates.take(2, 1, start));
  rates.give_back(1, 1);
  CHECK_FALSE(rates.take(1, 1, start));
}

TEST_CASE(
    "address rates: over its bound the addresses share one bucket, and those that are known keep theirs") {
  address_rates rates(100);
  int passed = 0;
  for (std::uint64_t i = 0; i < 10000; ++i) passed += !rates.take(i, 10, start);
  CHECK(rates.size() == 100);
  CHECK(passed == 110);
  CHECK_FALSE(rates.take(7, 10, start));
}

TEST_CASE("address rates: an address that has made no room for a minute is forgotten") {
  address_rates rates(100);
  for (std::uint64_t i = 0; i < 100; ++i) rates.take(i, 10, start);
  for (std::uint64_t i = 0; i < 60; ++i) CHECK_FALSE(rates.take(1000 + i, 10, start + 1min));
  CHECK(rates.size() == 60);
}
