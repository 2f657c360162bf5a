#include <deque>
#include <memory>

#include "core/ring.hpp"

#include "catch.hpp"
#include "unit/core/log_tools.hpp"

using namespace roomd;

TEST_CASE("ring: an empty one holds no memory, before and after use") {
  ring<int> r;
  CHECK(r.capacity() == 0);
  for (int i = 0; i < 100; ++i) r.push_back(i);
  CHECK(r.capacity() >= 100);
  for (int i = 0; i < 100; ++i) r.pop_front();
  CHECK(r.capacity() == 0);
}

TEST_CASE("ring: memory follows the size down") {
  ring<int> r;
  for (int i = 0; i < 1000; ++i) r.push_back(i);
  while (r.size() > 10) r.pop_front();
  CHECK(r.capacity() <= 4 * r.size());
  CHECK(r.front() == 990);
}

TEST_CASE("ring: a slot lets go of its element at once") {
  ring<std::shared_ptr<int>> r;
  const auto element = std::make_shared<int>(1);
  r.push_back(element);
  r.push_back(nullptr);
  r.pop_front();
  CHECK(element.use_count() == 1);
}

TEST_CASE("ring: any run of operations leaves what a deque would hold") {
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    CAPTURE(seed);
    dice d(seed);
    ring<int> r;
    std::deque<int> model;
    for (int step = 0; step < 200; ++step) {
      // Long runs up and down, so that it wraps, grows and shrinks.
      const bool up = (step / 40) % 2 == 0;
      if (up != d.one_in(3)) {
        r.push_back(step);
        model.push_back(step);
      } else if (!model.empty()) {
        r.pop_front();
        model.pop_front();
      }
      bool same = r.size() == model.size();
      for (std::size_t i = 0; same && i < model.size(); ++i) same = r[i] == model[i];
      REQUIRE(same);
    }
  }
}
