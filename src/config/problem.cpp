#include "config/problem.hpp"

namespace roomd::config {

std::string to_text(const problem& p) {
  std::string line;
  if (!p.where.empty()) line += p.where + ": ";
  if (!p.key.empty()) line += p.key + ": ";
  return line + p.what;
}

}  // namespace roomd::config
