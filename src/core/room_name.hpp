// Which names a room, an event or a key may have: docs/protocol.md section 5.
#pragma once

#include <cstddef>
#include <string_view>

namespace roomd {

inline constexpr std::size_t max_room_name = 255;
inline constexpr std::size_t max_event_name = 128;
inline constexpr std::size_t max_key = 128;
inline constexpr std::size_t max_user_name = 255;
inline constexpr std::size_t max_info = 4096;

/// 1 to `max` bytes of valid UTF-8 without control characters (U+0000–001F, U+007F–009F).
bool valid_name(std::string_view text, std::size_t max);

}  // namespace roomd
