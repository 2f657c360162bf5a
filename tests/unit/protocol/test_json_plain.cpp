#include <string>
#include <string_view>

#include "protocol/json_plain.hpp"

#include "catch.hpp"

namespace roomd::protocol {
namespace {

std::size_t plain_bytes(std::string_view text) {
  return static_cast<std::size_t>(skip_plain(text.data(), text.data() + text.size()) - text.data());
}

}  // namespace

TEST_CASE("json plain: each byte that is not plain stops it at each place") {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool special = byte < 0x20 || c == '"' || c == '\\';
    REQUIRE(is_plain(c) != special);
    for (std::size_t place = 0; place < 20; ++place) {
      std::string text(20, 'x');
      text[place] = c;
      INFO("byte " << byte << " at " << place);
      REQUIRE(plain_bytes(text) == (special ? place : text.size()));
    }
  }
}

TEST_CASE("json plain: a plain byte next to any other is not taken for a special one, nor the reverse") {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      std::string text(9, '\x7f');
      text[3] = static_cast<char>(first);
      text[4] = static_cast<char>(second);
      const std::size_t expected = !is_plain(text[3]) ? 3 : !is_plain(text[4]) ? 4 : text.size();
      INFO("bytes " << first << ", " << second);
      REQUIRE(plain_bytes(text) == expected);
    }
  }
}

TEST_CASE("json plain: it never looks beyond the end") {
  for (std::size_t size = 0; size < 18; ++size) {
    const std::string text = std::string(size, 'a') + '"';
    REQUIRE(skip_plain(text.data(), text.data() + size) == text.data() + size);
  }
}

}  // namespace roomd::protocol
