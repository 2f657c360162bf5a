#include "protocol/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace roomd::protocol {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080;

/// Bytes of the character that `lead` begins, above ASCII; 0: it begins none. `least` and `most` bound the second byte.
struct shape {
  std::size_t size;
  unsigned char least = 0x80;
  unsigned char most = 0xBF;
};

constexpr unsigned char as_byte(int value) { return static_cast<unsigned char>(value); }

shape shape_of(unsigned char lead) {
  if (lead < 0xC2) return {0};
  if (lead < 0xE0) return {2};
  if (lead < 0xF0) return {3, as_byte(lead == 0xE0 ? 0xA0 : 0x80), as_byte(lead == 0xED ? 0x9F : 0xBF)};
  if (lead < 0xF5) return {4, as_byte(lead == 0xF0 ? 0x90 : 0x80), as_byte(lead == 0xF4 ? 0x8F : 0xBF)};
  return {0};
}

}  // namespace

bool valid_utf8(std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = at + text.size();
  while (at < end) {
    std::uint64_t eight = high_bits;
    if (end - at >= 8) std::memcpy(&eight, at, sizeof eight);
    if ((eight & high_bits) == 0) {
      at += 8;
    } else if (*at < 0x80) {
      ++at;
    } else {
      const shape s = shape_of(*at);
      if (s.size == 0 || static_cast<std::size_t>(end - at) < s.size) return false;
      if (at[1] < s.least || at[1] > s.most) return false;
      for (std::size_t i = 2; i < s.size; ++i)
        if ((at[i] & 0xC0) != 0x80) return false;
      at += s.size;
    }
  }
  return true;
}

}  // namespace roomd::protocol
