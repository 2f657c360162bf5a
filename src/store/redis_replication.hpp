// What a Redis server says of its place among its replicas (INFO replication). Pure; views into the text.
#pragma once

#include <optional>
#include <string_view>

namespace roomd::store {

struct redis_replication {
  bool master = false;
  std::string_view generation;  ///< master_replid: another one after every promotion and restart
};

/// None: it is not such a text.
std::optional<redis_replication> parse_redis_replication(std::string_view text);

}  // namespace roomd::store
