#include "config/value.hpp"

#include "catch.hpp"

using namespace roomd::config;
using namespace std::chrono_literals;

TEST_CASE("value: durations are whole numbers with a unit") {
  CHECK(parse_value(kind::duration, "250ms") == value(250ms));
  CHECK(parse_value(kind::duration, "10s") == value(std::chrono::milliseconds(10s)));
  CHECK(parse_value(kind::duration, "5m") == value(std::chrono::milliseconds(5min)));
  CHECK(parse_value(kind::duration, "24h") == value(std::chrono::milliseconds(24h)));
  CHECK(parse_value(kind::duration, "0s") == value(0ms));
}

TEST_CASE("value: what is no duration is refused") {
  for (const auto* text :
       {"", "10", "s", "-1s", "+1s", "1.5s", " 1s", "1 s", "1s ", "1S", "1d", "1h30m", "0x1s"})
    CHECK_FALSE(parse_value(kind::duration, text));
}

TEST_CASE("value: a duration that does not fit into milliseconds is refused") {
  CHECK(parse_value(kind::duration, "9223372036854775807ms"));
  CHECK_FALSE(parse_value(kind::duration, "9223372036854775808ms"));
  CHECK_FALSE(parse_value(kind::duration, "9223372036854775807h"));
  CHECK_FALSE(parse_value(kind::duration, "99999999999999999999s"));
}

TEST_CASE("value: sizes are bytes, plain or with a binary unit") {
  CHECK(parse_value(kind::size, "0") == value(std::size_t{0}));
  CHECK(parse_value(kind::size, "65536") == value(std::size_t{65536}));
  CHECK(parse_value(kind::size, "64KiB") == value(std::size_t{65536}));
  CHECK(parse_value(kind::size, "8MiB") == value(std::size_t{8388608}));
  CHECK(parse_value(kind::size, "1GiB") == value(std::size_t{1073741824}));
}

TEST_CASE("value: what is no size is refused") {
  for (const auto* text :
       {"", "KiB", "64KB", "64k", "64 KiB", "-1", "1.5MiB", "18446744073709551616", "18014398509481984KiB"})
    CHECK_FALSE(parse_value(kind::size, text));
}

TEST_CASE("value: a count is a whole number of 32 bits") {
  CHECK(parse_value(kind::count, "4294967295") == value(std::uint32_t{4294967295}));
  for (const auto* text : {"", "4294967296", "-1", "1.0", "1e3", "1KiB", "one"})
    CHECK_FALSE(parse_value(kind::count, text));
}

TEST_CASE("value: a flag is true or false and nothing else") {
  CHECK(parse_value(kind::flag, "true") == value(true));
  CHECK(parse_value(kind::flag, "false") == value(false));
  for (const auto* text : {"", "1", "yes", "on", "True", "TRUE"}) CHECK_FALSE(parse_value(kind::flag, text));
}

TEST_CASE("value: a list is separated by commas, and spaces around its entries do not count") {
  CHECK(parse_value(kind::list, "") == value(text_list{}));
  CHECK(parse_value(kind::list, "  ") == value(text_list{}));
  CHECK(parse_value(kind::list, "a") == value(text_list{"a"}));
  CHECK(parse_value(kind::list, "a, b ,c") == value(text_list{"a", "b", "c"}));
  CHECK(parse_value(kind::list, "a,,b,") == value(text_list{"a", "", "b", ""}));
}

TEST_CASE("value: TOML shows the largest whole unit") {
  CHECK(to_toml(value(std::size_t{65536})) == "\"64KiB\"");
  CHECK(to_toml(value(std::size_t{65537})) == "65537");
  CHECK(to_toml(value(std::size_t{0})) == "0");
  CHECK(to_toml(value(std::chrono::milliseconds(90min))) == "\"90m\"");
  CHECK(to_toml(value(1500ms)) == "\"1500ms\"");
  CHECK(to_toml(value(0ms)) == "\"0ms\"");
}

TEST_CASE("value: quotes, backslashes and control characters are escaped") {
  CHECK(in_quotes("a\"b\\c\n\x7f") == R"("a\"b\\c\u000a\u007f")");
  CHECK(to_toml(value(text_list{"x", "y\""})) == R"(["x", "y\""])");
}
