#include "config/load.hpp"
#include "config/retention.hpp"
#include "config/validate.hpp"

#include "catch.hpp"
#include "temporary_file.hpp"

using namespace roomd::config;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> mistakes_of(std::string_view text) { return parse_retention(text, {}).mistakes; }

}  // namespace

TEST_CASE("retention: an entry is laid over what all rooms keep") {
  settings below;
  below.rooms.history_size = 7;
  const auto e = parse_retention("chat:* history_age=720h  dedup_bytes=1KiB dedup_size=3", below);
  CHECK(e.mistakes.empty());
  CHECK(e.pattern == "chat:*");
  CHECK(e.values.history_size == 7);
  CHECK(e.values.history_age == 720h);
  CHECK(e.values.dedup_bytes == 1024);
  CHECK(e.values.dedup_size == 3);
}

TEST_CASE("retention: a pattern may have spaces, and a sign of equality before its last word") {
  CHECK(parse_retention("class 7 a=b *  history_size=1", {}).pattern == "class 7 a=b *");
  CHECK(parse_retention("* history_size=1", {}).pattern == "*");
}

TEST_CASE("retention: where a key comes twice the last one holds") {
  CHECK(parse_retention("* history_size=1 history_size=2", {}).values.history_size == 2);
}

TEST_CASE("retention: a mistake names its entry, says what is wanted, and what may have been meant") {
  using lines = std::vector<std::string>;
  CHECK(mistakes_of("chat:* history_sise=1") ==
        lines{"\"chat:* history_sise=1\": \"history_sise\" is nothing that a room keeps (did you mean "
              "history_size?)"});
  CHECK(mistakes_of("chat:* linger=1s")
            .at(0)
            .starts_with("\"chat:* linger=1s\": \"linger\" is nothing that a room keeps"));
  CHECK(mistakes_of("chat:* history_age=720") ==
        lines{"\"chat:* history_age=720\": history_age wants a duration from 0ms to 8760h, such as "
              "\"250ms\", \"10s\", "
              "\"5m\", \"24h\", not \"720\""});
  CHECK(
      mistakes_of("chat:* history_age=9000h") ==
      lines{
          "\"chat:* history_age=9000h\": history_age wants a duration from 0ms to 8760h, such as \"250ms\", "
          "\"10s\", \"5m\", \"24h\", not \"9000h\""});
  CHECK(mistakes_of("chat:*") ==
        lines{"\"chat:*\": wants PATTERN KEY=VALUE, such as \"cursor:* history_size=0\""});
  CHECK(mistakes_of("history_size=1") ==
        lines{"\"history_size=1\": wants a pattern of 1 to 255 bytes before the first KEY=VALUE"});
  CHECK(mistakes_of("").size() == 2);
  CHECK(mistakes_of(std::string(256, 'x') + " history_size=1").size() == 1);
  CHECK(mistakes_of("* history_size=x dedup_size=-1").size() == 2);
}

TEST_CASE(
    "retention: the settings' entries are read in their order, and their mistakes told with their place") {
  const temporary_file file(
      "[rooms]\nhistory_size = 5\nretention = [\"a* history_size=1\", \"b* dedup_size=x\"]\n");
  const auto read = load({.file = file.path()});
  CHECK(read.problems.empty());
  const auto entries = retention_entries(read.values);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].values.history_size == 1);
  CHECK(entries[1].values.history_size == 5);
  const auto problems = located(validate(read.values, false), read);
  REQUIRE(problems.size() == 1);
  CHECK(to_text(problems[0])
            .starts_with(file.path() + ":3: rooms.retention: \"b* dedup_size=x\": dedup_size wants"));
}
