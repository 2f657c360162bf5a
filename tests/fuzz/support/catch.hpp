// For what fuzzers share with the unit tests, in programs without Catch: a check that fails aborts, which a fuzzer finds.
#pragma once

#include <cstdlib>

#define CHECK(...) ((__VA_ARGS__) ? void() : std::abort())
#define CHECK_FALSE(...) CHECK(!(__VA_ARGS__))
#define REQUIRE(...) CHECK(__VA_ARGS__)
#define REQUIRE_FALSE(...) CHECK_FALSE(__VA_ARGS__)
#define FAIL(...) std::abort()
