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
#include "logging.hpp"
#include "start.hpp"

namespace {

int serve(const roomd::command_line& flags) {
  auto inherited = roomd::take_inherited_sockets();
  auto checked = roomd::read_settings(flags, inherited);
  for (const auto& p : checked.problems) std::cerr << "roomd: " << to_text(p) << '\n';
  if (!checked.problems.empty()) return 1;
  if (flags.print_config) std::cout << roomd::config::print(checked.values);
  if (flags.check && !flags.print_config) std::cout << "roomd: the settings are in order\n";
  if (flags.check || flags.print_config) return 0;
  std::signal(SIGPIPE, SIG_IGN);  // also of the log
  roomd::set_up_logging(checked.values.log);
  const int code = roomd::daemon(flags, std::move(checked.values), std::move(inherited)).run();
  if (!roomd::flush_log()) std::_Exit(code);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto parsed = roomd::parse_command_line(argc, argv);
    if (const int* done = std::get_if<int>(&parsed)) return *done;
    return serve(std::get<roomd::command_line>(parsed));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "roomd: %s\n", e.what());
    return 1;
  }
}
