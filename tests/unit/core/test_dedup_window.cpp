#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>
#include <string>

#include "core/dedup_window.hpp"

#include "catch.hpp"
#include "unit/core/log_tools.hpp"

using namespace roomd;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t plenty = 1000000;

}  // namespace

TEST_CASE("dedup window: a key is found with its number, others are not") {
  dedup_window window({10, 1min, plenty});
  window.insert("a", 7, at(0s));
  CHECK(window.find("a", at(1s)) == sequence{7});
  CHECK_FALSE(window.find("b", at(1s)));
  CHECK_FALSE(window.find("", at(1s)));
}

TEST_CASE("dedup window: the newest keys stay however old they are") {
  dedup_window window({2, 1s, plenty});
  for (sequence s = 1; s <= 3; ++s) window.insert("k" + std::to_string(s), s, at(0s));
  CHECK_FALSE(window.find("k1", at(24h)));
  CHECK(window.find("k2", at(24h)) == sequence{2});
  CHECK(window.find("k3", at(24h)) == sequence{3});
}

TEST_CASE("dedup window: young keys stay however many they are") {
  dedup_window window({2, 10s, plenty});
  for (sequence s = 1; s <= 100; ++s) window.insert("k" + std::to_string(s), s, at(0s));
  CHECK(window.find("k1", at(10s) - 1ns) == sequence{1});
  CHECK(window.size() == 100);
  CHECK_FALSE(window.find("k1", at(10s)));
  CHECK(window.size() == 2);
}

TEST_CASE("dedup window: over the bound in bytes the oldest keys go, young as they are") {
  const std::size_t each = dedup_window::entry_overhead + 10;
  dedup_window window({100, 1h, 3 * each});
  for (char c = 'a'; c <= 'e'; ++c) window.insert(std::string(10, c), static_cast<sequence>(c), at(0s));
  CHECK(window.size() == 3);
  CHECK(window.bytes() == 3 * each);
  CHECK_FALSE(window.find("bbbbbbbbbb", at(0s)));
  CHECK(window.find("cccccccccc", at(0s)));
}

TEST_CASE("dedup window: a key that is there keeps its first number and its age") {
  dedup_window window({0, 10s, plenty});
  window.insert("a", 1, at(0s));
  window.insert("a", 2, at(5s));
  CHECK(window.size() == 1);
  CHECK(window.find("a", at(9s)) == sequence{1});
  CHECK_FALSE(window.find("a", at(10s)));
  window.insert("a", 3, at(10s));
  CHECK(window.find("a", at(10s)) == sequence{3});
}

TEST_CASE("dedup window: the next expiry is when there is something to drop") {
  dedup_window window({1, 10s, plenty});
  CHECK_FALSE(window.next_expiry());
  window.insert("a", 1, at(1s));
  CHECK_FALSE(window.next_expiry());
  window.insert("b", 2, at(2s));
  CHECK(window.next_expiry() == at(11s));
  window.expire(at(11s));
  CHECK(window.size() == 1);
  CHECK_FALSE(window.next_expiry());
}

TEST_CASE("dedup window: a cleared one knows nothing and goes on") {
  dedup_window window({10, 1min, plenty});
  window.insert("a", 1, at(0s));
  window.clear();
  CHECK(window.empty());
  CHECK(window.bytes() == 0);
  CHECK_FALSE(window.find("a", at(0s)));
  window.insert("a", 2, at(0s));
  CHECK(window.find("a", at(0s)) == sequence{2});
}

TEST_CASE("dedup window: with no room for a single key it stays empty") {
  dedup_window window({10, 1min, 10});
  window.insert("a", 1, at(0s));
  CHECK(window.empty());
}

namespace {

/// The obvious window: a list searched from end to end.
struct model {
  struct entry {
    std::string key;
    sequence seq;
    time_point when;
  };
  dedup_bounds bounds;
  std::deque<entry> kept;

  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const auto& e : kept) sum += e.key.size() + dedup_window::entry_overhead;
    return sum;
  }
  void trim(time_point now) {
    const auto outside = [&] { return kept.size() > bounds.count && now - kept.front().when >= bounds.age; };
    while (!kept.empty() && (bytes() > bounds.bytes || outside())) kept.pop_front();
  }
  std::optional<sequence> find(const std::string& key) const {
    const auto e = std::find_if(kept.begin(), kept.end(), [&](const entry& x) { return x.key == key; });
    return e == kept.end() ? std::nullopt : std::optional(e->seq);
  }
};

}  // namespace

TEST_CASE("dedup window: any run of operations leaves what the obvious window would hold") {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    dice d(seed);
    const dedup_bounds bounds{d.below(15), std::chrono::milliseconds(d.below(60)), d.below(5000)};
    dedup_window window(bounds);
    model m{bounds, {}};
    time_point now{};
    for (sequence step = 1; step <= 50; ++step) {
      now += std::chrono::milliseconds(d.below(5));
      m.trim(now);
      const std::string key(d.between(1, 20), static_cast<char>('a' + d.below(3)));
      const bool same_answer = window.find(key, now) == m.find(key);
      if (d.one_in(50)) {
        window.clear();
        m.kept.clear();
      } else if (!d.one_in(4)) {
        window.insert(key, step, now);
        if (!m.find(key)) m.kept.push_back({key, step, now});
        m.trim(now);
      } else {
        window.expire(now);
      }
      const bool same_size = window.size() == m.kept.size() && window.bytes() == m.bytes();
      const bool same_expiry = window.next_expiry().has_value() == (m.kept.size() > bounds.count);
      REQUIRE((same_answer && same_size && same_expiry));
    }
  }
}
