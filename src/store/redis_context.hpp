// What the rooms of one Redis engine share. The engine owns it; it outlives the rooms.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/message.hpp"
#include "store/redis_port.hpp"
#include "store/redis_settings.hpp"

namespace roomd::store {

/// Since the engine was made; they only rise.
struct redis_counters {
  std::uint64_t syncs = 0;         ///< times that a room asked Redis where it stands
  std::uint64_t holes_mended = 0;  ///< times that the channel left messages out, which were then read
  std::uint64_t epochs = 0;     ///< times that a room was told of another numbering, or of a hole that stays
  std::uint64_t malformed = 0;  ///< messages and replies that make no sense
  // What is there now.
  std::size_t unserved = 0;  ///< rooms that could not be opened, or have lost Redis and are not back
  std::size_t bytes = 0;     ///< of history held, as the rooms counted it last
  std::size_t waiting =
      0;  ///< bytes of publishes, of what nodes tell each other and of what is stashed, likewise
};

struct redis_context {
  redis_settings settings;
  redis_port& port;
  sealer seal;
  message_codec codec;
  std::string word;  ///< what makes this engine's epochs its own, random text of 7 to 40 of A-Z a-z 0-9 _ -
  std::uint64_t offered = 0;
  redis_counters counters = {};

  /// A name for an epoch, should one begin. None is offered twice.
  std::string candidate() { return word + '.' + std::to_string(offered++); }
};

/// The epoch's place in a message that is not kept. No epoch has so short a name.
inline constexpr std::string_view no_epoch = "-";
/// The same for what one node says to the others.
inline constexpr std::string_view word_epoch = "+";

/// Why something is refused, in our own words: the server's may repeat what it was sent.
namespace why {
inline constexpr std::string_view link_down = "the server that keeps the messages cannot be reached";
inline constexpr std::string_view not_served = "the server that keeps the messages does not serve this now";
inline constexpr std::string_view slow = "the server that keeps the messages takes its time";
inline constexpr std::string_view too_many = "too many messages wait for the server that keeps them";
}  // namespace why

inline error redis_unavailable(std::string_view text) {
  return {errc::unavailable, std::string(text), std::chrono::seconds(1)};
}

}  // namespace roomd::store
