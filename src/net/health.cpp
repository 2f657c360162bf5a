#include "net/health.hpp"

namespace roomd::net {

response health() { return {.body = R"({"status":"ok"})"}; }

response readiness(const queries& api) {
  const std::string problem = api.problem();
  if (problem.empty()) return {.body = R"({"status":"ready"})"};
  return error_response(503, "unavailable", problem);
}

}  // namespace roomd::net
