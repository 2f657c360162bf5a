#include <random>
#include <string>

#include "core/by_pattern.hpp"

#include "catch.hpp"

using roomd::by_pattern;
using roomd::matches;

namespace {

/// The definition, as slow as it likes to be.
bool matches_by_law(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() == '*')
    return matches_by_law(pattern.substr(1), name) ||
           (!name.empty() && matches_by_law(pattern, name.substr(1)));
  return !name.empty() && pattern.front() == name.front() &&
         matches_by_law(pattern.substr(1), name.substr(1));
}

}  // namespace

TEST_CASE("by pattern: a star stands for any number of bytes, and everything else for itself") {
  for (const char* pattern : {"Maths", "*", "M*", "*s", "M*s", "*at*", "M*a*t*h*s", "**Maths**"})
    CHECK(matches(pattern, "Maths"));
  for (const char* pattern : {"", "maths", "Math", "Mathss", "a*", "*h", "M*x*s", "?aths", "M.*"})
    CHECK_FALSE(matches(pattern, "Maths"));
  CHECK(matches("Größe*", "Größe 2"));
  CHECK(matches("a*b", "a*b"));
  CHECK(matches("", ""));
  CHECK(matches("*", ""));
}

TEST_CASE("by pattern: matching is what its definition says") {
  std::mt19937 dice(7);
  const auto text = [&](std::string_view letters, std::size_t most) {
    std::string made(dice() % (most + 1), ' ');
    for (char& c : made) c = letters[dice() % letters.size()];
    return made;
  };
  int found = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto pattern = text("ab*", 7), name = text("ab", 9);
    INFO(pattern << " and " << name);
    REQUIRE(matches(pattern, name) == matches_by_law(pattern, name));
    found += matches(pattern, name) ? 1 : 0;
  }
  CHECK(found > 1000);
}

TEST_CASE("by pattern: many stars take no more than their share of time") {
  std::string pattern;
  for (int i = 0; i < 127; ++i) pattern += "a*";
  CHECK_FALSE(matches(pattern + "b", std::string(255, 'a')));
}

TEST_CASE("by pattern: the first that matches holds, and the rest where none does") {
  const by_pattern<int> numbers(0, {{"chat:*", 1}, {"*:Maths", 2}, {"chat:Art", 3}});
  CHECK(numbers.of("chat:Art") == 1);
  CHECK(numbers.of("chat:Maths") == 1);
  CHECK(numbers.of("game:Maths") == 2);
  CHECK(numbers.of("Maths") == 0);
  const auto texts = numbers.map([](int n) { return std::to_string(n * 10); });
  CHECK(texts.of("game:Maths") == "20");
  CHECK(texts.of("") == "0");
}
