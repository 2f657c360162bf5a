// What a Redis server says of its clock and of its place among its replicas (INFO server replication). Pure; views into
// the text.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace roomd::store {

struct redis_info {
  bool master = false;
  std::string_view generation;        ///< master_replid: another one after every promotion and restart
  std::chrono::microseconds clock{};  ///< since 1970
};

/// None: it is not such a text.
std::optional<redis_info> parse_redis_info(std::string_view text);

}  // namespace roomd::store
