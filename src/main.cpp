// roomd, a broker daemon for real-time rooms: command line, settings, then the daemon.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <variant>

#include "config/print.hpp"

#include "command_line.hpp"
#include "daemon.hpp"
#include "health_check.hpp"
#include "logging.hpp"
#include "start.hpp"

namespace {

int check(const roomd::command_line& flags, const roomd::inherited_sockets& inherited) {
  const auto what = flags.check         ? roomd::opens::files_and_addresses
                    : flags.check_files ? roomd::opens::files
                                        : roomd::opens::nothing;
  const auto checked = roomd::read_settings(flags, inherited, what);
  for (const auto& p : checked.problems) std::cerr << "roomd: " << to_text(p) << '\n';
  if (!checked.problems.empty()) return EXIT_FAILURE;
  if (flags.print_config) std::cout << roomd::config::print(checked.values);
  if (!flags.print_config) std::cout << "roomd: the settings are in order\n";
  return EXIT_SUCCESS;
}

int run(const roomd::command_line& flags) {
  if (flags.health) return roomd::check_health(flags);
  auto inherited = roomd::take_inherited_sockets();
  if (flags.check || flags.check_files || flags.print_config) return check(flags, inherited);
  std::signal(SIGPIPE, SIG_IGN);  // also of the log
  roomd::daemon daemon(flags, std::move(inherited));
  const int code = daemon.run();
  if (!roomd::flush_log() || daemon.stuck()) std::_Exit(code);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto parsed = roomd::parse_command_line(argc, argv);
    if (const int* done = std::get_if<int>(&parsed)) return *done;
    return run(std::get<roomd::command_line>(parsed));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "roomd: %s\n", e.what());
    return 1;
  }
}
