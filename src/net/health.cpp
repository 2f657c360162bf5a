#include "net/health.hpp"

namespace roomd::net {

response health() { return {.body = R"({"status":"ok"})"}; }

response readiness(const queries& api) {
  if (api.ready()) return {.body = R"({"status":"ready"})"};
  return error_response(503, "unavailable", "the node starts or drains");
}

}  // namespace roomd::net
