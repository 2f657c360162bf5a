// What open.lua and read_page.lua answer, taken apart. Pure. Nothing: the reply is not of the script's form, so not from
// a server that has run it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "store/redis_reply.hpp"

namespace roomd::store {

/// Where a room stands.
struct redis_numbering {
  roomd::epoch epoch;      ///< empty: there is no such room
  std::string generation;  ///< open.lua: the server's; read_page.lua: the one that the epoch was made under
  std::vector<position> lineage;  ///< the epoch's ancestors, see room_log::descends_from()
  sequence head = 0;
};

/// A part of a room's history.
struct redis_page {
  redis_numbering at;
  sequence first = 1;                 ///< the oldest number kept; head + 1: none is
  std::vector<std::string> messages;  ///< ascending, each as parse_redis_message() takes it
};

std::optional<redis_numbering> parse_redis_opened(const redis_reply& reply);
std::optional<redis_page> parse_redis_page(redis_reply&& reply);

}  // namespace roomd::store
