#include "config/load.hpp"
#include "config/value.hpp"

#include "catch.hpp"
#include "temporary_file.hpp"

using namespace roomd::config;
using namespace std::chrono_literals;

namespace {

loaded load_text(std::string_view text) {
  const temporary_file file(text);
  auto result = load({.file = file.path()});
  for (auto& p : result.problems)
    p.where.replace(p.where.find(file.path()), file.path().size(), "roomd.toml");
  return result;
}

std::vector<std::string> complaints(std::string_view text) {
  std::vector<std::string> lines;
  for (const auto& p : load_text(text).problems) lines.push_back(to_text(p));
  return lines;
}

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("file: an empty file leaves the defaults") {
  const auto result = load_text("");
  CHECK(result.problems.empty());
  CHECK(result.origins.empty());
  CHECK(result.values.session.max_message == 65536);
}

TEST_CASE("file: values of every kind are read") {
  const auto s = load_text(R"(
[server]
listen = ["127.0.0.1:1", "[::1]:2"]
threads = 3
[session]
ping_interval = "30s"
max_message = "1MiB"
outbox_bytes = 4194304
[compat]
room_users = false
[log]
level = "debug"
)");
  CHECK(s.problems.empty());
  CHECK(s.values.server.listen == text_list{"127.0.0.1:1", "[::1]:2"});
  CHECK(s.values.server.threads == 3);
  CHECK(s.values.session.ping_interval == 30s);
  CHECK(s.values.session.max_message == 1048576);
  CHECK(s.values.session.outbox_bytes == 4194304);
  CHECK_FALSE(s.values.compat.room_users);
  CHECK(s.values.log.level == "debug");
}

TEST_CASE("file: dotted keys and inline tables are sections too") {
  const auto s = load_text("server.threads = 2\nlog = { level = \"warn\" }\n");
  CHECK(s.problems.empty());
  CHECK(s.values.server.threads == 2);
  CHECK(s.values.log.level == "warn");
}

TEST_CASE("file: all mistakes are reported at once, in the order of their lines") {
  CHECK(
      complaints(R"([session]
ping_timeout = 10
max_mesage = 5
max_message = "64KB"

[sesion]
x = 1

[log]
level = "loud"

[server]
threads = 1000
listen = "127.0.0.1:8080"
)") ==
      lines{
          "roomd.toml:2: session.ping_timeout: wants a duration from 10ms to 1h, such as \"250ms\", \"10s\", "
          "\"5m\", \"24h\", not 10",
          "roomd.toml:3: session.max_mesage: is no setting (did you mean session.max_message?)",
          "roomd.toml:4: session.max_message: wants a size from 1KiB to 64MiB: bytes, or text such as "
          "\"64KiB\", \"8MiB\", \"1GiB\", not \"64KB\"",
          "roomd.toml:6: sesion: is no section (did you mean session?)",
          "roomd.toml:10: log.level: wants \"trace\", \"debug\", \"info\", \"warn\", \"error\" or \"off\", "
          "not "
          "\"loud\"",
          "roomd.toml:13: server.threads: wants a whole number from 0 to 256, not 1000",
          "roomd.toml:14: server.listen: wants a list of at most 64 texts (UTF-8 without control "
          "characters), "
          "not \"127.0.0.1:8080\"",
      });
}

TEST_CASE("file: a value with a mistake in it leaves the default, and the others are taken") {
  const auto s = load_text("[rooms]\nhistory_size = -1\nhistory_age = \"1h\"\n");
  CHECK(s.problems.size() == 1);
  CHECK(s.values.rooms.history_size == 1000);
  CHECK(s.values.rooms.history_age == 1h);
}

TEST_CASE("file: a key in the wrong section is told where it belongs") {
  CHECK(
      complaints("[session]\nrooms_per_session = 5\n") ==
      lines{
          "roomd.toml:2: session.rooms_per_session: is no setting (did you mean limits.rooms_per_session?)"});
}

TEST_CASE("file: a key outside of all sections is told where it belongs") {
  CHECK(complaints("threads = 5\n") ==
        lines{"roomd.toml:1: threads: stands in no section (did you mean server.threads?)"});
  CHECK(complaints("\"server.threads\" = 5\n") ==
        lines{"roomd.toml:1: server.threads: stands in no section (did you mean server.threads?)"});
}

TEST_CASE("file: a name that is like no other gets no suggestion") {
  CHECK(complaints("[session]\nquantum = 5\n") == lines{"roomd.toml:2: session.quantum: is no setting"});
}

TEST_CASE("file: a section that is written as a value or as an array of tables is refused") {
  CHECK(complaints("log = 5\n") == lines{"roomd.toml:1: log: is a section: write [log] and its keys below"});
  CHECK(complaints("[[log]]\nlevel = \"info\"\n") ==
        lines{"roomd.toml:1: log: is a section: write [log] and its keys below"});
}

TEST_CASE("file: TOML's types are kept apart") {
  for (const auto* text :
       {"[compat]\nroom_users = \"true\"", "[compat]\nroom_users = 1", "[server]\nthreads = \"4\"",
        "[server]\nthreads = 4.0", "[server]\nthreads = true", "[session]\nping_timeout = 1.5",
        "[session]\nmax_message = 65536.0", "[log]\nlevel = [\"info\"]", "[server]\nlisten = [1]",
        "[server]\nlisten = [[\"a\"]]", "[log]\nlevel = 1979-05-27", "[log]\nlevel.x = 1"}) {
    INFO(text);
    const auto result = load_text(text);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].where == "roomd.toml:2");
    CHECK(result.origins.empty());
  }
}

TEST_CASE("file: a mistake in the syntax is told with its line") {
  const auto result = load_text("[log]\nlevel = \"info\"\nformat = json\n");
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].where == "roomd.toml:3");
  CHECK(result.problems[0].what.starts_with("is not TOML: "));
}

TEST_CASE("file: a key that is set twice is a mistake in the syntax") {
  const auto result = load_text("[log]\nlevel = \"info\"\nlevel = \"warn\"\n");
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].where == "roomd.toml:3");
}

TEST_CASE("file: one that is not there, is a directory or is too long is a problem") {
  const auto what = [](const std::string& path) {
    const auto result = load({.file = path});
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].where == path);
    return result.problems[0].what;
  };
  CHECK(what("/nowhere/roomd.toml") == "cannot be read: No such file or directory");
  CHECK(what("/") == "cannot be read: Is a directory");
  CHECK(what("") == "cannot be read: No such file or directory");
  const temporary_file longer(std::string(1 << 20, '\n') + "#");
  CHECK(what(longer.path()) == "is longer than 1MiB");
}

TEST_CASE("file: any bytes are read or refused, never more") {
  for (const std::string_view text :
       {std::string_view("\0", 1), std::string_view("\xff\xfe"), std::string_view("[["),
        std::string_view("a = \"\\u0000\""), std::string_view("[log]\nlevel = \"\\u0007\"")})
    CHECK_FALSE(load_text(text).problems.empty());
}
