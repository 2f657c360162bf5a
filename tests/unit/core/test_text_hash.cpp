#include <algorithm>
#include <ctime>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/presence.hpp"
#include "core/text_hash.hpp"

#include "catch.hpp"
#include "unit/core/colliding_names.hpp"

using namespace roomd;
using namespace roomd::test;

// Computed by CPython 3.13, whose hash of bytes is SipHash-1-3, with a key of zeros (PYTHONHASHSEED=0).
TEST_CASE("text hash: it is SipHash-1-3") {
  CHECK(siphash13({}, "a") == 0x407448d2b89b1813);
  CHECK(siphash13({}, "roomd") == 0xa3fa328175337d07);
  CHECK(siphash13({}, "eight by") == 0xd54cf3f0e0ee2aad);
  CHECK(siphash13({}, "a name of a room that is long") == 0x63b6b3f4f6610bc6);
}

TEST_CASE("text hash: each half of the key changes it") {
  const std::set<std::uint64_t> all{siphash13({}, "room"), siphash13({1, 0}, "room"),
                                    siphash13({0, 1}, "room")};
  CHECK(all.size() == 3);
}

TEST_CASE("text hash: names that are chosen to meet in std::hash lie apart in a text_map") {
  const auto names = colliding_names().take(2000);
  const std::hash<std::string> known;
  text_map<int> table;
  for (const auto& name : names) {
#ifdef __GLIBCXX__
    CHECK(known(name) == known(names.front()));
#endif
    table.emplace(name, 0);
  }
  CHECK(table.size() == names.size());
  std::size_t longest = 0;
  for (std::size_t b = 0; b < table.bucket_count(); ++b) longest = std::max(longest, table.bucket_size(b));
  CHECK(longest < 12);
}

namespace {

std::clock_t cpu_of_joins(const std::vector<std::string>& users) {
  const auto begun = std::clock();
  presence room(std::chrono::milliseconds{0});
  std::uint64_t n = 0;
  for (const auto& user : users) {
    ++n;
    room.join({0, n}, std::to_string(n), {user, "{}"}, n);
  }
  return std::clock() - begun;
}

}  // namespace

TEST_CASE("presence: users whose names are chosen to meet in a table cost no more than others") {
  constexpr std::size_t many = 8000;
  std::vector<std::string> plain;
  for (std::size_t i = 0; i < many; ++i) plain.push_back("user number " + std::to_string(100000 + i));
  const auto chosen = colliding_names().take(many);
  const auto usual = std::max<std::clock_t>(cpu_of_joins(plain), 1000);
  CHECK(cpu_of_joins(chosen) < 10 * usual);
}
