// GET /health: the process answers. GET /ready: it serves, so a balancer may send clients.
#pragma once

#include "core/queries.hpp"
#include "net/response.hpp"

namespace roomd::net {

response health();
response readiness(const queries& api);

}  // namespace roomd::net
