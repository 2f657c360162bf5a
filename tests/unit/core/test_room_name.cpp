#include <cstdint>
#include <string>

#include "core/room_name.hpp"

#include "catch.hpp"

using namespace roomd;

namespace {

bool valid(std::string_view text) { return valid_name(text, max_room_name); }

/// The plain encoding of any number, also of those that no text may hold.
std::string encode(std::uint32_t c) {
  const auto byte = [](std::uint32_t b) { return static_cast<char>(b); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

}  // namespace

TEST_CASE("names: length is counted in bytes, from 1 to the bound") {
  CHECK_FALSE(valid(""));
  CHECK(valid("a"));
  CHECK(valid(std::string(255, 'a')));
  CHECK_FALSE(valid(std::string(256, 'a')));
  CHECK(valid_name("ää", 4));
  CHECK_FALSE(valid_name("ää", 3));
}

TEST_CASE("names: any text will do, in any script") {
  CHECK(valid("lobby/1 #general?"));
  CHECK(valid("Straße"));
  CHECK(valid("комната"));
  CHECK(valid("部屋"));
  CHECK(valid("🏠"));
}

TEST_CASE("names: of all code points only surrogates and controls are refused") {
  for (std::uint32_t c = 0; c < 0x120000; ++c) {
    const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const bool expected = !control && (c < 0xD800 || c > 0xDFFF) && c <= 0x10FFFF;
    if (valid(encode(c)) != expected) {
      CAPTURE(c);
      FAIL("wrong verdict");
    }
  }
}

TEST_CASE("names: a control character is found anywhere") {
  using namespace std::string_literals;
  CHECK_FALSE(valid("a\0b"s));
  CHECK_FALSE(valid("a\n"));
  CHECK_FALSE(valid("\x7Fz"));
  CHECK_FALSE(valid("a\xC2\x85z"));
}

TEST_CASE("names: a character is not spelled longer than needed") {
  CHECK_FALSE(valid("\xC0\xAF"));
  CHECK_FALSE(valid("\xC1\xBF"));
  CHECK_FALSE(valid("\xE0\x9F\xBF"));
  CHECK_FALSE(valid("\xF0\x8F\xBF\xBF"));
}

TEST_CASE("names: broken sequences are refused") {
  CHECK_FALSE(valid("\x80"));
  CHECK_FALSE(valid("\xC3"));
  CHECK_FALSE(valid("a\xE2\x82"));
  CHECK_FALSE(valid("\xE2\x28\xA1"));
  CHECK_FALSE(valid("\xC3z"));
  CHECK_FALSE(valid("\xF5\x80\x80\x80"));
  CHECK_FALSE(valid("\xFF"));
}
