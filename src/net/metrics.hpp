// GET /metrics: what the shards count, in Prometheus's text format.
#pragma once

#include <string>
#include <vector>

#include "core/queries.hpp"
#include "net/routes.hpp"

namespace roomd::net {

void metrics(queries& api, responder respond);

/// Every field of shard_stats; sums over the shards, but for what only says something shard by shard.
std::string metrics_text(const std::vector<shard_stats>& shards);

}  // namespace roomd::net
