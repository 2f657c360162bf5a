// RFC 3629: every boundary of its table of well-formed sequences.
#include <random>
#include <string>

#include "protocol/utf8.hpp"

#include "catch.hpp"

using roomd::protocol::valid_utf8;

namespace {

std::string encoded(std::uint32_t c) {
  const auto byte = [](std::uint32_t n) { return static_cast<char>(static_cast<unsigned char>(n)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

}  // namespace

TEST_CASE("utf-8: every character is valid, every surrogate is not, and no part of one is") {
  for (std::uint32_t c = 0; c <= 0x10FFFF; ++c) {
    const std::string text = encoded(c);
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    if (valid_utf8(text) == surrogate) FAIL("character " << c);
    if (c % 257 != 0 || c < 0x80) continue;
    for (std::size_t n = 1; n < text.size(); ++n) CHECK_FALSE(valid_utf8(text.substr(0, n)));
  }
}

TEST_CASE("utf-8: longer forms than needed and what lies beyond U+10FFFF are refused") {
  for (const char* text : {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80",
                           "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80",
                           "\xFE", "\xFF", "\x80", "\xBF", "\xE1\x80\x41", "\xF1\x80\x80\x41"})
    CHECK_FALSE(valid_utf8(text));
}

TEST_CASE("utf-8: a fault is found wherever it stands in a long text") {
  std::minstd_rand random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    while (text.size() < 60)
      text += encoded(random() % 3 == 0 ? 0xE9U + static_cast<std::uint32_t>(random()) % 0x3000U : 0x61U);
    REQUIRE(valid_utf8(text));
    const auto at = random() % text.size();
    REQUIRE_FALSE(valid_utf8(text.substr(0, at) + '\xFF' + text.substr(at)));
  }
}
