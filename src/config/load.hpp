// Loading: defaults, over them the file, over it the environment, over it the flags. Reads the file and
// nothing else; called once at the start and at every SIGHUP. It never fails: mistakes are returned, all at
// once, and the values without them. What one key alone cannot tell is checked by validate.hpp.
//
// In the environment `session.max_message` is `ROOMD_SESSION_MAX_MESSAGE`. Every variable that begins with
// `ROOMD_` is roomd's own: one that names no setting is a mistake.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/problem.hpp"
#include "config/settings.hpp"

namespace roomd::config {

struct sources {
  std::optional<std::string> file = {};  ///< path; none: the defaults stand alone
  std::vector<std::pair<std::string, std::string>> environment =
      {};                                ///< all variables, see process_environment()
  std::vector<std::string> sets = {};    ///< `section.key=value`, as of `--set`
  std::vector<std::string> listen = {};  ///< as of `--listen`; replaces server.listen
};

struct loaded {
  settings values;
  std::vector<problem> problems;
  std::map<std::string, std::string>
      origins;  ///< key → where its value was set; keys with defaults are missing
};

loaded load(const sources& from);

/// Fills in where the problems of validate() were set.
std::vector<problem> located(std::vector<problem> problems, const loaded& from);

/// The variables of this process. To be called before other threads change them.
std::vector<std::pair<std::string, std::string>> process_environment();

}  // namespace roomd::config
