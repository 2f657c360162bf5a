#include "core/trim_policy.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using namespace roomd;

namespace {

constexpr std::uint64_t mib = 1 << 20;

/// A second after the other, from an hour on.
class seconds {
 public:
  bool pass(std::uint64_t in_use) { return policy_.due(in_use, now_ += 1s); }
  /// How many seconds pass, with so much in use, until it is due.
  int until_due(std::uint64_t in_use, int most = 1000) {
    for (int i = 1; i <= most; ++i)
      if (pass(in_use)) return i;
    return -1;
  }

 private:
  trim_policy policy_;
  time_point now_{1h};
};

}  // namespace

TEST_CASE("trim policy: while memory grows or stays there is nothing to give back") {
  seconds s;
  for (std::uint64_t i = 0; i < 100; ++i) CHECK_FALSE(s.pass(i * 10 * mib));
  CHECK(s.until_due(990 * mib) == -1);
}

TEST_CASE("trim policy: it is due as soon as what went is gone and nothing more goes") {
  seconds s;
  s.pass(500 * mib);
  for (std::uint64_t left = 400; left > 100; left -= 100) CHECK_FALSE(s.pass(left * mib));
  CHECK(s.until_due(100 * mib) <= 2);
  CHECK(s.until_due(100 * mib) == -1);
}

TEST_CASE("trim policy: while memory goes on going it is due about every fifteen seconds") {
  seconds s;
  s.pass(10000 * mib);
  int times = 0;
  for (std::uint64_t i = 1; i <= 90; ++i) times += s.pass((10000 - 100 * i) * mib);
  CHECK(times >= 4);
  CHECK(times <= 6);
}

TEST_CASE("trim policy: what comes and goes all the time is given back every fifteen seconds at most") {
  seconds s;
  int times = 0;
  for (int i = 0; i < 600; ++i) times += s.pass((i % 2 == 0 ? 500 : 10) * mib);
  CHECK(times <= 41);
}

TEST_CASE("trim policy: a small part, or little, is not worth it") {
  seconds s;
  s.pass(1000 * mib);
  CHECK(s.until_due(960 * mib) == -1);
  seconds small;
  small.pass(3 * mib);
  CHECK(small.until_due(2 * mib + 1) == -1);
}
