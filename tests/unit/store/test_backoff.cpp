#include <cstdint>

#include "store/backoff.hpp"

#include "catch.hpp"

using roomd::store::backoff;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t least = 0;
constexpr std::uint32_t most = 0xffffffff;

}  // namespace

TEST_CASE("backoff: waits double up to the bound") {
  backoff b({100ms, 500ms});
  CHECK(b.next(most) == 100ms);
  CHECK(b.next(most) == 200ms);
  CHECK(b.next(most) == 400ms);
  CHECK(b.next(most) == 500ms);
  CHECK(b.next(most) == 500ms);
}

TEST_CASE("backoff: chance takes away up to a half") {
  backoff b({100ms, 500ms});
  CHECK(b.next(least) == 50ms);
  CHECK(b.next(most / 2) == 150ms - 1ms);
  CHECK(b.next(least) == 200ms);
}

TEST_CASE("backoff: after success it begins anew") {
  backoff b({100ms, 500ms});
  b.next(most);
  b.next(most);
  b.reset();
  CHECK(b.next(most) == 100ms);
}
