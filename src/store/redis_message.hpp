// A message as the scripts keep it in a room's log and send it on its channel (src/store/redis/publish.lua):
//
//   EPOCH SEQ SECONDS MICROSECONDS PAYLOAD
//
// Pure; views into the text that was parsed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"

namespace roomd::store {

struct redis_message {
  std::string_view epoch;
  sequence seq = 0;
  unix_ms time = 0;
  std::string_view payload;  ///< empty: no message, but the news that the epoch began behind `seq`
};

/// SECONDS has ten digits; publish.lua relies on that.
std::string format_redis_message(const redis_message& m);
/// None: it is not of that form, so not from a node's script.
std::optional<redis_message> parse_redis_message(std::string_view text);

}  // namespace roomd::store
