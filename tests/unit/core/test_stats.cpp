#include "core/stats.hpp"

#include "catch.hpp"

using namespace roomd;
using std::chrono::microseconds;

TEST_CASE("latency histogram: a bucket holds its upper bound") {
  latency_histogram h;
  h.observe(microseconds(50));
  h.observe(microseconds(51));
  CHECK(h.buckets[0] == 1);
  CHECK(h.buckets[1] == 1);
}

TEST_CASE("latency histogram: the last bucket holds what is over every bound") {
  latency_histogram h;
  h.observe(microseconds(1000000));
  h.observe(microseconds(1000001));
  h.observe(std::chrono::hours(100));
  CHECK(h.buckets[11] == 1);
  CHECK(h.buckets[12] == 2);
}

TEST_CASE("latency histogram: count and sum are of everything observed") {
  latency_histogram h;
  CHECK(h.count() == 0);
  h.observe(microseconds(10));
  h.observe(microseconds(700));
  CHECK(h.count() == 2);
  CHECK(h.sum_us == 710);
}

TEST_CASE("latency histogram: a negative time counts as none") {
  latency_histogram h;
  h.observe(microseconds(-5));
  CHECK(h.buckets[0] == 1);
  CHECK(h.sum_us == 0);
}
