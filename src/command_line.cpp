#include "command_line.hpp"

#include <iostream>

#include <CLI/CLI.hpp>

namespace roomd {
namespace {

constexpr int usage_error = 2;

constexpr auto examples = R"(Examples:
  roomd                                        serve on 127.0.0.1:8080 with the defaults
  roomd --listen [::1]:9000                    another address
  roomd --config roomd.toml --check            report everything that would keep it from starting
  roomd --health                               ask the roomd of these settings whether it answers
  roomd --health /ready                        whether it serves
  roomd --set rooms.history_size=100 --print-config > roomd.toml
                                               a documented file to start from

Settings: the defaults, over them the file, over it the environment (session.max_message is
ROOMD_SESSION_MAX_MESSAGE; lists are separated by commas), over it the flags.
SIGHUP reads them again, SIGTERM drains.
Exit codes: 0 well, 1 the settings, the start or --health failed, 2 the command line is wrong.)";

void add_options(CLI::App& app, command_line& line) {
  app.set_version_flag("--version", "roomd " ROOMD_VERSION);
  app.add_option("--config", line.config, "File with settings")->type_name("FILE");
  app.add_option("--listen", line.listen,
                 "Address for HTTP and WebSocket in place of server.listen; repeatable")
      ->type_name("ADDRESS:PORT")
      ->allow_extra_args(false);
  app.add_option("--set", line.sets, "One setting; repeatable")
      ->type_name("SECTION.KEY=VALUE")
      ->allow_extra_args(false);
  app.add_flag(
      "--check", line.check,
      "Check the settings, the files that they name and the addresses; report every problem, and end");
  app.add_flag("--check-files", line.check_files,
               "The same without the addresses: a running roomd, or systemd for it, has them");
  app.add_option(
         "--health", line.health,
         "Ask a running roomd and end: 0 where it answers 200 within 5 s, else 1. A URL (http or https; an "
         "IP "
         "address or localhost; certificates are not looked at), a path (/ready) at the first listener of "
         "these settings, or nothing for /health there")
      ->type_name("[URL]")
      ->expected(0, 1);
  app.add_flag("--print-config", line.print_config, "Print the settings as they come out, and end");
  app.add_flag("--insecure", line.insecure,
               "Believe what clients say who they are, on any address and not on loopback only");
}

}  // namespace

std::variant<command_line, int> parse_command_line(int argc, const char* const* argv) {
  command_line line;
  CLI::App app("A broker daemon for real-time rooms.", "roomd");
  app.footer(examples);
  add_options(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& answer) {
    return app.exit(answer, std::cout, std::cerr);
  } catch (const CLI::ParseError& mistake) {
    app.exit(mistake, std::cout, std::cerr);
    return usage_error;
  }
  if (app.count("--health") > 0 && (!line.health || *line.health == "true")) line.health = "";
  return line;
}

}  // namespace roomd
