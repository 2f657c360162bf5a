#include "net/health.hpp"

#include <string>
#include <utility>

namespace roomd::net {

response health() { return {.body = R"({"status":"ok"})"}; }

void readiness(queries& api, responder respond) {
  api.readiness([respond = std::move(respond)](const node_readiness& now) {
    if (!now.problem.empty()) return respond(error_response(503, "unavailable", now.problem));
    const auto lacking = std::to_string(now.rooms_not_served);
    respond({.body = now.rooms_not_served == 0 ? R"({"status":"ready"})"
                                               : R"({"status":"ready","rooms_not_served":)" + lacking + '}'});
  });
}

}  // namespace roomd::net
