// What a client reads from a server's bytes: the texts of the frames that stand one behind the other.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace roomd::protocol::test {

inline std::vector<std::string> texts_of(std::string_view wire) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(wire.at(i)));
  };
  std::vector<std::string> out;
  while (!wire.empty()) {
    if (byte(0) != 0x81) throw std::logic_error("not a whole text frame");
    std::size_t header = 2;
    std::size_t length = byte(1);
    if (length >= 126) {
      header = length == 126 ? 4 : 10;
      length = 0;
      for (std::size_t i = 2; i < header; ++i) length = length << 8 | byte(i);
    }
    if (wire.size() - header < length) throw std::logic_error("a frame is cut off");
    out.emplace_back(wire.substr(header, length));
    wire.remove_prefix(header + length);
  }
  return out;
}

}  // namespace roomd::protocol::test
