// What the operator wrote on the command line. Its settings are laid over the environment and the file by
// config/load.hpp.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace roomd {

struct command_line {
  std::optional<std::string> config;  ///< `--config`: the file; none: the defaults stand alone
  std::vector<std::string> listen;    ///< `--listen`: replaces server.listen
  std::vector<std::string> sets;      ///< `--set`: `section.key=value`
  bool check = false;                 ///< `--check`: report everything that would keep it from starting
  bool check_files = false;           ///< `--check-files`: the same, but for addresses that are taken
  std::optional<std::string> health;  ///< `--health`: the URL to ask; empty: the settings tell where
  bool print_config = false;          ///< `--print-config`: show the settings as they came out, serve nothing
  bool insecure = false;              ///< `--insecure`: auth.mode = "insecure" on any address
};

/// What to do, or the exit code where that is all: 0 after `--help` and `--version`, 2 after a mistake, which is
/// told on stderr.
std::variant<command_line, int> parse_command_line(int argc, const char* const* argv);

}  // namespace roomd
