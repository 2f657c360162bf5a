#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/load.hpp"
#include "config/print.hpp"

#include "catch.hpp"
#include "random_settings.hpp"

using namespace roomd::config;

namespace {

const std::filesystem::path documented = ROOMD_SHIPPED_SETTINGS;

std::string documented_text() {
  std::ostringstream text;
  text << std::ifstream(documented).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE(
    "print: every section and key stands there once, in the documented order, with its meaning's first "
    "words") {
  const auto text = print({});
  std::size_t at = 0;
  for (const auto& row : schema()) {
    INFO(row.name);
    const auto meaning = text.find("# " + std::string(row.meaning.substr(0, 20)), at);
    REQUIRE(meaning != std::string::npos);
    at = text.find("\n" + std::string(row.key()) + " = ", meaning);
    REQUIRE(at != std::string::npos);
  }
}

TEST_CASE("print: no line is longer than 100 columns but for a long value") {
  std::istringstream text(print({}));
  for (std::string line; std::getline(text, line);) CHECK(line.size() <= 100);
}

TEST_CASE("print: config/roomd.toml sets every key, to its default") {
  const auto result = load({.file = documented.string()});
  for (const auto& p : result.problems) UNSCOPED_INFO(to_text(p));
  REQUIRE(result.problems.empty());
  CHECK(differing_keys(result.values, {}).empty());
  for (const auto& row : schema()) {
    INFO(row.name);
    CHECK(result.origins.contains(std::string(row.name)));
  }
}

TEST_CASE("print: config/roomd.toml is a heading and what is printed for the defaults") {
  const auto text = documented_text();
  const auto first = text.find("\n[");
  REQUIRE(first != std::string::npos);
  CHECK(text.substr(first + 1) == print({}));
}
