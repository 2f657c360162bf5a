#include "config/load.hpp"

#include <unistd.h>

#include "config/layer.hpp"

namespace roomd::config {
namespace {

void lay_over(loaded& below, const layer& above) {
  for (const auto& a : above.assignments()) {
    a.target->write(below.values, a.given);
    below.origins[std::string(a.target->name)] = a.where;
  }
  below.problems.insert(below.problems.end(), above.problems().begin(), above.problems().end());
}

}  // namespace

loaded load(const sources& from) {
  loaded result;
  if (from.file) lay_over(result, file_layer(*from.file));
  lay_over(result, environment_layer(from.environment));
  lay_over(result, flag_layer(from.sets, from.listen));
  return result;
}

std::vector<problem> located(std::vector<problem> problems, const loaded& from) {
  for (auto& p : problems) {
    const auto origin = from.origins.find(p.key);
    if (p.where.empty() && origin != from.origins.end()) p.where = origin->second;
  }
  return problems;
}

std::vector<std::pair<std::string, std::string>> process_environment() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view variable = *at;
    const auto equals = variable.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return variables;
}

}  // namespace roomd::config
