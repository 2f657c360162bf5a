// What a Redis server says of itself: its kind, its clock, its place among its replicas, and what it does when its memory
// is full (INFO server memory replication). Pure; views into the text.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace roomd::store {

struct redis_info {
  bool master = false;
  std::string_view generation;        ///< master_replid: another one after every promotion and restart
  std::chrono::microseconds clock{};  ///< since 1970
  std::uint64_t version = 0;          ///< its first number; 0: it does not say
  bool evicts = false;                ///< it drops keys when its memory is full
};

/// None: it is not such a text.
std::optional<redis_info> parse_redis_info(std::string_view text);
/// A sentinel says no role.
bool redis_is_sentinel(std::string_view text);

}  // namespace roomd::store
