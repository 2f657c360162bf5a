// The benchmark's load generator. The dialect of the server under test is the first line of standard input; each
// further line is a command, answered by one line of JSON. Between commands it keeps its clients alive.
//
//   {"connect":{"members":1000,"rooms":1}}        {"fan_out":{"window":1,"burst":1,"ms":200,"seed":1}}
//   {"rate":{"per_second":100,"ms":5000}}         {"drop":{}}
//   {"storm":{"returning":2000,"behind":1000,"rate":100,"room":1}}
//   {"replay":{"returning":2000,"bytes":250000,"a_turn":4,"rate":100,"room":1}}
//   {"slow":{"count":100}}  {"stall":{}}          {"read_on":{"count":50}}
#include <iostream>
#include <optional>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "load/behind.hpp"
#include "load/traffic.hpp"

namespace {

using bench::swarm;
using json = nlohmann::json;

class commands {
 public:
  explicit commands(swarm& s) : swarm_(s) {}

  json run(const json& line) {
    const auto& [name, how] = *line.items().begin();
    if (name == "connect") return swarm_.connect(how.at("members"), how.at("rooms")), json{{"ok", true}};
    if (name == "drop") return slow_.reset(), swarm_.drop_members(), json{{"ok", true}};
    if (name == "fan_out")
      return fan_out(swarm_, {how.at("window"), how.at("burst"), std::chrono::milliseconds(how.at("ms")),
                              how.value("seed", std::uint64_t{1})});
    if (name == "rate") return at_rate(swarm_, how.at("per_second"), std::chrono::milliseconds(how.at("ms")));
    if (name == "storm")
      return catch_up_storm(swarm_, {how.at("returning"), how.at("behind"), how.at("rate"), how.at("room")},
                            asked);
    if (name == "replay")
      return replay(swarm_,
                    {how.at("returning"), how.at("bytes"), how.at("a_turn"), how.at("rate"), how.at("room")});
    if (name == "slow") return slow_.emplace(swarm_, how.at("count").get<std::size_t>()), json{{"ok", true}};
    if (name == "stall") return slow_.value().stall(), json{{"ok", true}};
    if (name == "read_on") return slow_.value().read_on(how.at("count"));
    throw std::invalid_argument("unknown command " + name);
  }

 private:
  // The driver looks at the server's memory and CPU time here.
  static void asked() {
    std::cout << R"({"ready":true})" << std::endl;
    std::string go;
    std::getline(std::cin, go);
  }

  swarm& swarm_;
  std::optional<bench::slow_readers> slow_;
};

void raise_file_limit() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  raise_file_limit();
  std::string line;
  try {
    std::getline(std::cin, line);
    swarm s(bench::parse_dialect(line));
    s.wake_for(STDIN_FILENO);
    commands all(s);
    std::cout << R"({"ok":true})" << std::endl;
    for (;;) {
      while (!s.poll(-1)) {
      }  // the driver waits for each answer, so no second line hides in the stream's buffer
      if (!std::getline(std::cin, line)) return 0;
      std::cout << all.run(json::parse(line)).dump() << std::endl;
    }
  } catch (const std::exception& e) {
    std::cout << json{{"error", e.what()}}.dump() << std::endl;
    return 1;
  }
}
