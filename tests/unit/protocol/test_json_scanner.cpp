#include <string>
#include <string_view>
#include <vector>

#include "protocol/json_scanner.hpp"

#include "catch.hpp"

using namespace roomd::protocol;
using namespace std::string_literals;

namespace {

std::string repeated(std::string_view piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

json_slice only_value(std::string_view text) {
  json_scanner in(text);
  json_slice s;
  INFO(text);
  REQUIRE(in.value(s));
  REQUIRE(in.at_end());
  return s;
}

}  // namespace

TEST_CASE("json scanner: texts of the grammar are accepted") {
  // clang-format off
  const std::vector<std::string> texts = {
      "0", "-0", "7", "10", "-1", "0.5", "-0.0", "1e5", "1E+5", "1e-05", "0e0", "1.25E0", "1e400",
      "-1e-400", "123456789012345678901234567890", "0.1234567890123456789012345678901234567890", "true",
      "false", "null", R"("")", R"("a")", R"(" ")", R"("\"")", R"("\\")", R"("\/")", R"("\b\f\n\r\t")",
      R"("\u0000")", R"("\uD83D\uDE00")", R"("\ud800")", R"("\udc00\ud800")", R"("\uABCDefg")", "\"\x7f\"",
      R"("ä€😀")", R"("\\\"")", R"("//")", "\"\xe2\x80\xa8\"", "[]", "[ ]", "[[]]", "[1]", "[1,2]",
      "[ 1 , 2 ]", "[[],{}]", "[[1],[2]]", R"(["a",true,null,1.5])", "{}", "{ }", R"({"a":1})",
      R"({ "a" : 1 , "b" : 2 })", R"({"":0})", R"({"a":{},"a":[]})", R"({"a":{"b":[{"c":[]}]}})",
      R"({"\u0061":1})", " 1", "1 ", "\t\n\r 1\t\n\r ", "[\n1\r\n]"};
  // clang-format on
  for (const std::string& text : texts) {
    INFO(text);
    CHECK(valid_json(text));
  }
}

TEST_CASE("json scanner: texts outside the grammar are rejected") {
  // clang-format off
  const std::vector<std::string> texts = {
      "", " ", "\xef\xbb\xbf{}", "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e5", "1e", "1e+",
      "1E-", "1e5.0", "0x10", "1_0", "1,", "Infinity", "NaN", "-Infinity", "1a", "1 2", "--1", "1e+-5",
      "2.5.1", "tru", "True", "TRUE", "truee", "nul", "nulll", "fals", "undefined", R"(")", R"("a)",
      R"("\")", R"("\x41")", R"("\u12")", R"("\u12g4")", R"("\u")", R"("\U0041")", R"("\a")", R"("\')",
      R"('a')", "\"\n\"", "\"\t\"", "\"\x1f\"", "\"a\0b\""s, "\"\\", "\"\\u00", "a", R"("a""b")",
      R"("a" "b")", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[,]", "[1,,2]", "[}", "[1}", "[[]",
      "[]]", R"(["a":1])", "{", "}", "{]", R"({"a")", R"({"a":)", R"({"a":1)", R"({"a":1,)", R"({"a":1,})",
      R"({"a" 1})", R"({"a":1 "b":2})", R"({a:1})", R"({1:1})", R"({,})", R"({"a":1]})", R"({"a",1})",
      R"({"a"::1})", R"({"a":1}})", R"({"a":1}{})", R"({"a":})", R"({:1})", R"({null:1})", R"({[]:1})",
      "[1]x", "// c\n1", "1 // c", "/**/1", "[1\f]", "\v1", "1\0"s, "\0"s,
      "\xc2\xa0"
                                          "1", "[1]\0"s};
  // clang-format on
  for (const std::string& text : texts) {
    INFO(text);
    CHECK_FALSE(valid_json(text));
  }
}

TEST_CASE("json scanner: every beginning of a text is rejected but the whole") {
  const std::string text = R"({"a":[1.5e3,"x\u00e4",{"b":null}],"c":false})";
  for (std::size_t n = 0; n < text.size(); ++n) {
    INFO(text.substr(0, n));
    CHECK_FALSE(valid_json(std::string_view(text).substr(0, n)));
  }
  CHECK(valid_json(text));
}

TEST_CASE("json scanner: a value is a slice without the space around it") {
  const auto s = only_value(" \n[ 1e400 , \"\\u0041\" ]\t");
  CHECK(s.text == "[ 1e400 , \"\\u0041\" ]");
}

TEST_CASE("json scanner: a value tells its kind") {
  CHECK(only_value("null").kind == json_kind::null);
  CHECK(only_value("true").kind == json_kind::boolean);
  CHECK(only_value("-1").kind == json_kind::number);
  CHECK(only_value("\"\"").kind == json_kind::string);
  CHECK(only_value("[]").kind == json_kind::array);
  CHECK(only_value("{}").kind == json_kind::object);
}

TEST_CASE("json scanner: depth counts containers within each other") {
  CHECK(only_value("1").depth == 0);
  CHECK(only_value("[]").depth == 1);
  CHECK(only_value("{}").depth == 1);
  CHECK(only_value("[[],[]]").depth == 2);
  CHECK(only_value(R"([{"a":[1]},[]])").depth == 3);
  CHECK(only_value(repeated("[", 64) + repeated("]", 64)).depth == 64);
}

TEST_CASE("json scanner: depth costs no stack") {
  constexpr std::size_t deep = 2'000'000;
  CHECK(only_value(repeated("[", deep) + repeated("]", deep)).depth == deep);
  CHECK(only_value(repeated(R"({"a":)", deep) + "1" + repeated("}", deep)).depth == deep);
  CHECK_FALSE(valid_json(repeated("[", deep)));
  CHECK_FALSE(valid_json(repeated(R"([{"":)", deep)));
}

TEST_CASE("json scanner: objects open within each other hand out their members in turn") {
  json_scanner in(R"( { "a" : {"b":1,"c":{}} , "d":{} , "e":2} )");
  json_slice key;
  json_slice value;
  REQUIRE(in.open_object());
  REQUIRE(in.next_key(key));
  CHECK(key.text == "\"a\"");
  REQUIRE(in.object_follows());
  REQUIRE(in.open_object());
  REQUIRE(in.next_key(key));
  CHECK(key.text == "\"b\"");
  REQUIRE_FALSE(in.object_follows());
  REQUIRE(in.value(value));
  REQUIRE(in.next_key(key));
  REQUIRE(in.value(value));
  CHECK(value.text == "{}");
  CHECK_FALSE(in.next_key(key));
  REQUIRE(in.next_key(key));
  CHECK(key.text == "\"d\"");
  REQUIRE(in.open_object());
  CHECK_FALSE(in.next_key(key));
  REQUIRE(in.next_key(key));
  CHECK(key.text == "\"e\"");
  REQUIRE(in.value(value));
  CHECK(value.text == "2");
  CHECK_FALSE(in.next_key(key));
  CHECK(in.at_end());
}

TEST_CASE("json scanner: a fault sticks") {
  json_scanner in(R"({"a":tru,"b":1})");
  json_slice s;
  REQUIRE(in.open_object());
  REQUIRE(in.next_key(s));
  CHECK_FALSE(in.value(s));
  CHECK(in.failed());
  CHECK_FALSE(in.value(s));
  CHECK_FALSE(in.next_key(s));
  CHECK_FALSE(in.open_object());
  CHECK_FALSE(in.object_follows());
  CHECK_FALSE(in.at_end());
}
