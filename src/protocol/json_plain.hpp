// How far a JSON string goes on without anything special (RFC 8259, section 7): a quote, a backslash or a control
// character. Eight bytes at a time, since every payload is looked at once and every name of a room twice. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace roomd::protocol {

inline constexpr bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

/// Whether all eight bytes are plain.
inline constexpr bool all_plain(std::uint64_t eight) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  // A byte's high bit is set where the byte is 0 before 1 is taken away, or below 0x20 before 0x20 is; bytes above that
  // borrowed from may be set too, so this may say no of plain bytes behind one that is not.
  const auto zero = [](std::uint64_t v) { return (v - ones) & ~v; };
  const std::uint64_t control = (eight - ones * 0x20) & ~eight;
  return ((control | zero(eight ^ (ones * '"')) | zero(eight ^ (ones * '\\'))) & high_bits) == 0;
}

/// The first byte that is not plain, or `end`.
inline const char* skip_plain(const char* at, const char* end) {
  std::uint64_t eight = 0;
  while (end - at >= static_cast<std::ptrdiff_t>(sizeof eight)) {
    std::memcpy(&eight, at, sizeof eight);
    if (!all_plain(eight)) break;
    at += sizeof eight;
  }
  while (at != end && is_plain(*at)) ++at;
  return at;
}

}  // namespace roomd::protocol
