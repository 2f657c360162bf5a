#include "core/room_name.hpp"

#include <cstdint>

namespace roomd {

namespace {

/// What a lead byte announces: RFC 3629.
struct lead {
  std::size_t length;   ///< of the sequence; 0: no lead byte
  std::uint32_t bits;   ///< the lead's share of the code point
  std::uint32_t least;  ///< the lowest code point that needs this length
};

constexpr lead read_lead(std::uint8_t byte) {
  if (byte < 0x80) return {1, byte, 0};
  if (byte >= 0xC2 && byte < 0xE0) return {2, byte & 0x1Fu, 0x80};
  if (byte >= 0xE0 && byte < 0xF0) return {3, byte & 0x0Fu, 0x800};
  if (byte >= 0xF0 && byte < 0xF5) return {4, byte & 0x07u, 0x10000};
  return {0, 0, 0};
}

constexpr bool is_control(std::uint32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }
constexpr bool is_surrogate(std::uint32_t c) { return c >= 0xD800 && c < 0xE000; }

/// Length of the character that `text` begins with; 0 where it is not one that a name may have.
std::size_t leading_character(std::string_view text) {
  const lead l = read_lead(static_cast<std::uint8_t>(text.front()));
  if (l.length == 0 || l.length > text.size()) return 0;
  std::uint32_t c = l.bits;
  for (char tail : text.substr(1, l.length - 1)) {
    const auto byte = static_cast<std::uint8_t>(tail);
    if ((byte & 0xC0u) != 0x80) return 0;
    c = c << 6 | (byte & 0x3Fu);
  }
  if (c < l.least || c > 0x10FFFF || is_surrogate(c) || is_control(c)) return 0;
  return l.length;
}

}  // namespace

bool valid_name(std::string_view text, std::size_t max) {
  if (text.empty() || text.size() > max) return false;
  while (!text.empty()) {
    const std::size_t length = leading_character(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace roomd
