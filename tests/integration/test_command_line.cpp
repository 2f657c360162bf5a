#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "catch.hpp"
#include "command_line.hpp"

using namespace roomd;

namespace {

/// What a stream was given while the object lived.
class captured {
 public:
  explicit captured(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(text_.rdbuf())) {}
  ~captured() { stream_.rdbuf(before_); }
  captured(const captured&) = delete;
  captured& operator=(const captured&) = delete;

  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::ostream& stream_;
  std::streambuf* before_;
};

struct outcome {
  std::variant<command_line, int> parsed;
  std::string out;
  std::string err;
};

outcome run(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "roomd");
  const captured out(std::cout);
  const captured err(std::cerr);
  auto parsed = parse_command_line(static_cast<int>(arguments.size()), arguments.data());
  return {std::move(parsed), out.text(), err.text()};
}

}  // namespace

TEST_CASE("command line: without arguments there is no file and nothing is set") {
  const auto line = std::get<command_line>(run({}).parsed);
  CHECK_FALSE(line.config);
  CHECK(line.listen.empty());
  CHECK(line.sets.empty());
  CHECK_FALSE((line.check || line.print_config || line.insecure));
}

TEST_CASE("command line: --listen and --set repeat, each with one value that is taken as it stands") {
  const auto line = std::get<command_line>(
      run({"--listen", "[::1]:1", "--set", "a.b=c,d", "--listen", "127.0.0.1:2", "--set=e.f=[g]"}).parsed);
  CHECK(line.listen == std::vector<std::string>{"[::1]:1", "127.0.0.1:2"});
  CHECK(line.sets == std::vector<std::string>{"a.b=c,d", "e.f=[g]"});
}

TEST_CASE("command line: the file and the flags are read") {
  const auto line =
      std::get<command_line>(run({"--config", "x.toml", "--check", "--print-config", "--insecure"}).parsed);
  CHECK(line.config == "x.toml");
  CHECK((line.check && line.print_config && line.insecure));
}

TEST_CASE("command line: --health stands alone or before a URL") {
  CHECK_FALSE(std::get<command_line>(run({}).parsed).health);
  CHECK(std::get<command_line>(run({"--health"}).parsed).health == "");
  CHECK(std::get<command_line>(run({"--health", "--listen", "[::1]:1"}).parsed).health == "");
  CHECK(std::get<command_line>(run({"--health", "/ready", "--listen", "[::1]:1"}).parsed).health == "/ready");
}

TEST_CASE("command line: --help shows every flag and examples on stdout") {
  const auto help = run({"--help"});
  CHECK(std::get<int>(help.parsed) == 0);
  CHECK(help.err.empty());
  for (const auto* word :
       {"--config", "--listen", "--set", "--check", "--print-config", "--insecure", "--version", "Examples:"})
    CHECK(help.out.find(word) != std::string::npos);
}

TEST_CASE("command line: --version names the program and a version on stdout") {
  const auto version = run({"--version"});
  CHECK(std::get<int>(version.parsed) == 0);
  CHECK(version.out.starts_with("roomd "));
  CHECK(version.err.empty());
}

TEST_CASE("command line: a mistake is told on stderr and ends with 2") {
  const std::vector<std::vector<const char*>> mistakes = {
      {"--bogus"}, {"extra"}, {"--config"}, {"--set"}, {"--set", "a.b=c", "extra"}, {"--check=maybe"}};
  for (const auto& mistake : mistakes) {
    INFO(mistake[0]);
    const auto told = run(mistake);
    CHECK(std::get<int>(told.parsed) == 2);
    CHECK(told.out.empty());
    CHECK_FALSE(told.err.empty());
  }
}
