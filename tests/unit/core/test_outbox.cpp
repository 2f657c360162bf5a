#include <cstdint>

#include "core/outbox.hpp"

#include "catch.hpp"

using roomd::outbox_policy;

TEST_CASE("outbox: takes live messages up to the bound and not a byte more") {
  const outbox_policy policy{1000};
  CHECK(policy.takes(400, 600));
  CHECK_FALSE(policy.takes(400, 601));
  CHECK_FALSE(policy.takes(1000, 1));
  CHECK_FALSE(policy.takes(5000, 1));
}

TEST_CASE("outbox: an empty one takes a message longer than the bound") {
  CHECK(outbox_policy{1000}.takes(0, 70000));
  CHECK_FALSE(outbox_policy{1000}.takes(1, 70000));
}

TEST_CASE("outbox: no size is too big to be judged") {
  CHECK_FALSE(outbox_policy{1000}.takes(10, SIZE_MAX));
  CHECK_FALSE(outbox_policy{1000}.takes(SIZE_MAX, 10));
}

TEST_CASE("outbox: is low at a quarter of the bound, and always when empty") {
  const outbox_policy policy{1000};
  CHECK(policy.low(250));
  CHECK_FALSE(policy.low(251));
  CHECK(outbox_policy{1}.low(0));
}

TEST_CASE("outbox: a page asked for at the low-water mark fits") {
  const outbox_policy policy{1000};
  CHECK(policy.takes(250, policy.page_bytes()));
}

TEST_CASE("outbox: commands are read on below the bound only") {
  const outbox_policy policy{1000};
  CHECK(policy.reads(0));
  CHECK(policy.reads(999));
  CHECK_FALSE(policy.reads(1000));
}
