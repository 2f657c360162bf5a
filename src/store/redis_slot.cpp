#include "store/redis_slot.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace roomd::store {
namespace {

constexpr auto crc16_table = [] {
  constexpr unsigned polynomial = 0x1021;
  std::array<std::uint16_t, 256> table{};
  for (unsigned byte = 0; byte < table.size(); ++byte) {
    unsigned crc = byte << 8U;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1U) ^ ((crc & 0x8000U) != 0 ? polynomial : 0U);
    table[byte] = static_cast<std::uint16_t>(crc);
  }
  return table;
}();

}  // namespace

std::string_view redis_tag(std::string_view key) {
  const auto open = key.find('{');
  if (open == key.npos) return key;
  const auto close = key.find('}', open);
  if (close == key.npos || close == open + 1) return key;
  return key.substr(open + 1, close - open - 1);
}

std::uint16_t redis_crc16(std::string_view text) {
  unsigned crc = 0;
  for (const char c : text) {
    const auto top = (crc >> 8U) ^ static_cast<unsigned char>(c);
    crc = ((crc << 8U) & 0xFFFFU) ^ crc16_table[top];
  }
  return static_cast<std::uint16_t>(crc);
}

std::optional<std::size_t> redirected_slot(const redis_reply& error) {
  if (!error.is_error("MOVED") && !error.is_error("ASK")) return {};
  const std::string_view text = error.text;
  const auto number = text.substr(std::min(text.find(' ') + 1, text.size()));
  std::size_t slot = redis_slots;
  const auto [rest, failure] = std::from_chars(number.data(), number.data() + number.size(), slot);
  if (failure != std::errc{} || slot >= redis_slots) return {};
  return slot;
}

}  // namespace roomd::store
