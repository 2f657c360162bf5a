// GET /health: the process answers. GET /ready: it serves, so a balancer may send clients.
#pragma once

#include "core/queries.hpp"
#include "net/response.hpp"
#include "net/routes.hpp"

namespace roomd::net {

response health();
void readiness(queries& api, responder respond);

}  // namespace roomd::net
