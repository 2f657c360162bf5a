// Which of the 16,384 slots of a Redis Cluster a key belongs to, as the servers reckon it: the CRC16 of the key's tag. A
// channel of sharded pub/sub has a slot as a key has one. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "store/redis_reply.hpp"

namespace roomd::store {

inline constexpr std::size_t redis_slots = 16384;

/// What is between the first `{` and the first `}` behind it; all of the key where that is nothing.
std::string_view redis_tag(std::string_view key);

/// The CRC16 of XMODEM: polynomial 1021, beginning with 0.
std::uint16_t redis_crc16(std::string_view text);

inline std::size_t redis_slot(std::string_view key) { return redis_crc16(redis_tag(key)) % redis_slots; }

/// The slot that an error speaks of: `MOVED 3999 127.0.0.1:6381`, or ASK. None: it is no such error.
std::optional<std::size_t> redirected_slot(const redis_reply& error);

}  // namespace roomd::store
