// The small words that every folder shares: positions in a room's log and the addresses of sessions.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace roomd {

/// A message's number in its room: consecutive from 1 within an epoch; 0 stands before the first message.
using sequence = std::uint64_t;

/// The name of one run of a room's numbering: opaque text, new whenever the numbering restarts.
using epoch = std::string;

/// The `id` of a client's command, 1 to 2^53-1; 0 where the client gave none.
using command_id = std::uint64_t;

/// Milliseconds since the Unix epoch: the server's wall clock, for people only. Nothing is timed by it.
using unix_ms = std::int64_t;

/// A place in a room's log: everything up to and including `seq` has been seen.
struct position {
  roomd::epoch epoch;
  sequence seq = 0;
  auto operator<=>(const position&) const = default;
};

/// Where a session lives in this process: its shard, and a number that is never used twice.
struct session_address {
  std::uint32_t shard = 0;
  std::uint64_t number = 0;
  auto operator<=>(const session_address&) const = default;
};

/// A session's public id in short: unequal tags are of unequal ids, and looking at it touches no other memory.
using session_tag = std::uint64_t;
inline session_tag tag_of(std::string_view session_id) { return std::hash<std::string_view>{}(session_id); }

/// A room's actor in this process: a number that is never used twice. Cheaper to send than the name.
using room_number = std::uint64_t;

}  // namespace roomd

template <>
struct std::hash<roomd::session_address> {
  std::size_t operator()(const roomd::session_address& a) const noexcept {
    return std::hash<std::uint64_t>{}(a.number * 64 + a.shard);
  }
};
