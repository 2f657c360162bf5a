#include "load/websocket.hpp"

#include <array>

namespace bench {
namespace {

constexpr std::array<unsigned char, 4> mask = {0x37, 0xfa, 0x21, 0x3d};

}  // namespace

std::string upgrade_request(std::string_view host, std::uint16_t port, std::string_view path,
                            const std::map<std::string, std::string>& headers) {
  std::string out = "GET " + std::string(path) + " HTTP/1.1\r\nHost: " + std::string(host) + ':' +
                    std::to_string(port) +
                    "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  for (const auto& [name, value] : headers) out += name + ": " + value + "\r\n";
  return out + "\r\n";
}

std::string client_frame(opcode kind, std::string_view payload) {
  const auto byte = [](std::size_t n) { return static_cast<char>(static_cast<unsigned char>(n)); };
  std::string out(1, byte(0x80U | static_cast<unsigned>(kind)));
  if (payload.size() < 126) {
    out += byte(0x80U | payload.size());
  } else if (payload.size() < 65536) {
    out += byte(0x80U | 126U);
    out += byte(payload.size() >> 8U);
    out += byte(payload.size());
  } else {
    out += byte(0x80U | 127U);
    for (int shift = 56; shift >= 0; shift -= 8) out += byte(payload.size() >> static_cast<unsigned>(shift));
  }
  for (const unsigned char m : mask) out += static_cast<char>(m);
  for (std::size_t i = 0; i < payload.size(); ++i)
    out += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % 4]);
  return out;
}

frame_reader::header frame_reader::read_header(std::string_view in) {
  if (in.size() < 2) return {};
  const auto at = [in](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(in[i]));
  };
  header h{2, at(1) & 0x7fU, static_cast<opcode>(at(0) & 0x0fU)};
  const std::size_t extended = h.length == 126 ? 2 : h.length == 127 ? 8 : 0;
  if (in.size() < 2 + extended) return {};
  if (extended > 0) h.length = 0;
  for (std::size_t i = 0; i < extended; ++i) h.length = (h.length << 8U) | at(2 + i);
  h.size = 2 + extended;
  return h;
}

}  // namespace bench
