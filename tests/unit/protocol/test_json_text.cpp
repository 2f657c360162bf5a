#include <cstdio>
#include <string>

#include <nlohmann/json.hpp>

#include "protocol/json_text.hpp"

#include "catch.hpp"

using namespace roomd::protocol;
using namespace std::string_literals;

namespace {

std::string written(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

TEST_CASE("json text: only what must be escaped is") {
  CHECK(written("") == R"("")");
  CHECK(written("plain / text\x7f") == "\"plain / text\x7f\"");
  CHECK(written("ä€😀") == "\"ä€😀\"");
  CHECK(written("\"\\") == R"("\"\\")");
  CHECK(written("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(written("\0\x01\x1f"s) == R"("\u0000\u0001\u001f")");
  CHECK(written("a\"b\nc") == R"("a\"b\nc")");
}

TEST_CASE("json text: appending leaves what stands there") {
  std::string out = "x";
  append_json_string(out, "y");
  CHECK(out == "x\"y\"");
}

TEST_CASE("json text: every escape is undone") {
  CHECK(decode_json_string(R"("")") == "");
  CHECK(decode_json_string(R"("plain ä")") == "plain ä");
  CHECK(decode_json_string(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(decode_json_string(R"("\u0041\u006a")") == "Aj");
  CHECK(decode_json_string(R"("x\u0000y")") == "x\0y"s);
  CHECK(decode_json_string(R"("\u007f\u0080\u07FF\u0800\uffff")") ==
        "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf");
  CHECK(decode_json_string(R"("\ud800\udc00\uD83D\uDE00\uDBFF\uDFFF!")") ==
        "\xf0\x90\x80\x80😀\xf4\x8f\xbf\xbf!");
  CHECK(decode_json_string(R"("\\u0041")") == "\\u0041");
}

TEST_CASE("json text: a surrogate without its partner has no text") {
  for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\n")", R"("\ud800\u0041")",
                           R"("\ud800\ud800\udc00")", R"("\udc00\ud800")", R"("\ud83d\\ude00")"}) {
    INFO(text);
    CHECK_FALSE(decode_json_string(text));
  }
}

TEST_CASE("json text: both ways for every code point") {
  for (unsigned c = 0; c < 0x110000; c += c < 0x3000 ? 1 : 61) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    char16_t units[2] = {static_cast<char16_t>(c), 0};
    if (c > 0xFFFF) {
      units[0] = static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
      units[1] = static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
    char escaped[16];
    int n = std::snprintf(escaped, sizeof escaped, "\"\\u%04x", static_cast<unsigned>(units[0]));
    if (c > 0xFFFF)
      std::snprintf(escaped + n, sizeof escaped - 7, "\\u%04x", static_cast<unsigned>(units[1]));
    const std::string text = std::string(escaped) + "\"";
    const auto decoded = decode_json_string(text);
    if (decoded && *decoded == nlohmann::json::parse(text).get<std::string>() &&
        decode_json_string(written(*decoded)) == decoded) {
      continue;
    }
    FAIL(text);
  }
}
