#include <algorithm>
#include <cstdlib>

#include "config/load.hpp"
#include "config/print.hpp"
#include "config/validate.hpp"

#include "catch.hpp"
#include "random_settings.hpp"
#include "temporary_file.hpp"

using namespace roomd::config;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> complaints(const sources& from) {
  std::vector<std::string> lines;
  for (const auto& p : load(from).problems) lines.push_back(to_text(p));
  return lines;
}

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("load: without any source the defaults stand") {
  const auto result = load({});
  CHECK(result.problems.empty());
  CHECK(differing_keys(result.values, {}).empty());
}

TEST_CASE(
    "load: the file is over the defaults, the environment over the file, the flags over the environment") {
  const temporary_file file("[rooms]\nhistory_size = 1\nlinger = \"1s\"\ndedup_size = 1\n");
  const auto result = load({.file = file.path(),
                            .environment = {{"ROOMD_ROOMS_HISTORY_SIZE", "2"}, {"ROOMD_ROOMS_LINGER", "2s"}},
                            .sets = {"rooms.history_size=3"}});
  CHECK(result.problems.empty());
  CHECK(result.values.rooms.history_size == 3);
  CHECK(result.values.rooms.linger == 2s);
  CHECK(result.values.rooms.dedup_size == 1);
  CHECK(result.values.rooms.history_age == 24h);
  CHECK(result.origins.at("rooms.history_size") == "--set rooms.history_size");
  CHECK(result.origins.at("rooms.linger") == "ROOMD_ROOMS_LINGER");
  CHECK(result.origins.at("rooms.dedup_size") == file.path() + ":4");
}

TEST_CASE("load: the last of two --set for one key wins") {
  CHECK(load({.sets = {"rooms.linger=1s", "rooms.linger=2s"}}).values.rooms.linger == 2s);
}

TEST_CASE("load: --listen replaces the whole list, whoever set it") {
  const auto result = load({.environment = {{"ROOMD_SERVER_LISTEN", "127.0.0.1:1,127.0.0.1:2"}},
                            .sets = {"server.listen=127.0.0.1:3"},
                            .listen = {"127.0.0.1:4", "[::1]:5"}});
  CHECK(result.problems.empty());
  CHECK(result.values.server.listen == text_list{"127.0.0.1:4", "[::1]:5"});
  CHECK(result.origins.at("server.listen") == "--listen");
}

TEST_CASE("load: a list in the environment is separated by commas and may be empty") {
  const auto result =
      load({.environment = {{"ROOMD_HTTP_ALLOWED_ORIGINS", "https://a.example, https://b.example"},
                            {"ROOMD_SERVER_LISTEN", ""}}});
  CHECK(result.values.http.allowed_origins == text_list{"https://a.example", "https://b.example"});
  CHECK(result.values.server.listen.empty());
}

TEST_CASE("load: a value may hold an equals sign") {
  CHECK(load({.sets = {"tls.key=/a=b.pem"}}).values.tls.key == "/a=b.pem");
}

TEST_CASE("load: variables of others are left alone, unknown ones of roomd are refused") {
  CHECK(complaints({.environment = {{"HOME", "/"}, {"ROOMDX", "1"}, {"XROOMD_LOG_LEVEL", "1"}}}).empty());
  CHECK(complaints({.environment = {{"ROOMD_SESSION_MAX_MESAGE", "1"}, {"ROOMD_", "1"}}}) ==
        lines{"ROOMD_SESSION_MAX_MESAGE: names no setting (did you mean ROOMD_SESSION_MAX_MESSAGE?)",
              "ROOMD_: names no setting"});
}

TEST_CASE("load: mistakes of all sources are reported together") {
  const temporary_file file("[log]\nlevel = \n");
  const auto got = complaints({.file = file.path(),
                               .environment = {{"ROOMD_LOG_FORMAT", "xml"}},
                               .sets = {"log.level", "log.lvl=info", "rooms.linger=5"}});
  REQUIRE(got.size() == 5);
  CHECK(got[0].starts_with(file.path() + ":2: is not TOML: "));
  CHECK(got[1] == "ROOMD_LOG_FORMAT: log.format: wants \"text\" or \"json\", not \"xml\"");
  CHECK(got[2] == "--set log.level: wants section.key=value");
  CHECK(got[3] == "--set log.lvl: names no setting (did you mean log.level?)");
  CHECK(got[4].starts_with("--set rooms.linger: rooms.linger: wants a duration from 0ms to 24h"));
}

TEST_CASE("load: a problem between settings is told where its key was set") {
  const temporary_file file("\n[session]\noutbox_bytes = 65536\n");
  const auto from_file = load({.file = file.path(), .sets = {"drain.window=40s"}});
  const auto problems = located(validate(from_file.values, false), from_file);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].where == file.path() + ":3");
  CHECK(problems[1].key == "drain.timeout");
  CHECK(problems[1].where.empty());
}

TEST_CASE("load: this process's variables are pairs of names and values") {
  ::setenv("ROOMD_LOG_LEVEL", "a=b", 1);
  const auto variables = process_environment();
  ::unsetenv("ROOMD_LOG_LEVEL");
  CHECK(std::find(variables.begin(), variables.end(),
                  std::pair<std::string, std::string>("ROOMD_LOG_LEVEL", "a=b")) != variables.end());
}

TEST_CASE("load: whatever settings are printed are read back equal") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    const auto wanted = random_settings(seed)();
    const temporary_file file(print(wanted));
    const auto result = load({.file = file.path()});
    INFO("seed " << seed << "\n" << print(wanted));
    for (const auto& p : result.problems) UNSCOPED_INFO(to_text(p));
    REQUIRE(result.problems.empty());
    REQUIRE(differing_keys(result.values, wanted).empty());
  }
}
