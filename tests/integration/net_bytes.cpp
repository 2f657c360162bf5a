// What a WebSocket client puts on the wire, and how an answer is read.
#include <array>
#include <charconv>

#include "net_harness.hpp"

namespace roomd::net_test {

std::string raw_frame(std::uint8_t first, std::string_view payload) {
  constexpr std::array<char, 4> key = {0x11, 0x22, 0x33, 0x44};
  std::string out(1, static_cast<char>(first));
  const auto n = payload.size();
  if (n < 126) {
    out += static_cast<char>(0x80 | n);
  } else {
    const bool wide = n > 0xFFFF;
    out += static_cast<char>(wide ? 0xFF : 0xFE);
    for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift & 0xFF);
  }
  out.append(key.data(), key.size());
  for (std::size_t i = 0; i < n; ++i) out += static_cast<char>(payload[i] ^ key[i % 4]);
  return out;
}

std::string masked(unsigned opcode, std::string_view payload, bool fin) {
  return raw_frame(static_cast<std::uint8_t>((fin ? 0x80u : 0u) | opcode), payload);
}

std::string close_payload(unsigned code) {
  return {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
}

unsigned code_of(const wire_frame& f) {
  if (f.opcode != op::close || f.payload.size() < 2) return 0;
  return static_cast<unsigned>(static_cast<unsigned char>(f.payload[0]) << 8 |
                               static_cast<unsigned char>(f.payload[1]));
}

int status_of(std::string_view response) {
  int status = 0;
  if (response.size() > 12) std::from_chars(response.data() + 9, response.data() + 12, status);
  return status;
}

std::string body_of(const std::string& response) {
  const auto end = response.find("\r\n\r\n");
  return end == response.npos ? std::string() : response.substr(end + 4);
}

}  // namespace roomd::net_test
