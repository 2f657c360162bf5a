// What a client reads from a server's bytes: the texts of the frames that stand one behind the other.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "unit/protocol/raw_deflate.hpp"

namespace roomd::protocol::test {

struct text_read {
  std::string text;
  bool compressed = false;
};

/// Each frame's text, inflated where it is compressed.
inline std::vector<text_read> frames_of(std::string_view wire) {
  constexpr std::size_t most = 64 << 20;
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(wire.at(i)));
  };
  std::vector<text_read> out;
  while (!wire.empty()) {
    const bool compressed = byte(0) == 0xc1;
    if (!compressed && byte(0) != 0x81) throw std::logic_error("not a whole text frame");
    std::size_t header = 2;
    std::size_t length = byte(1);
    if (length >= 126) {
      header = length == 126 ? 4 : 10;
      length = 0;
      for (std::size_t i = 2; i < header; ++i) length = length << 8 | byte(i);
    }
    if (wire.size() - header < length) throw std::logic_error("a frame is cut off");
    const std::string_view payload = wire.substr(header, length);
    out.push_back({compressed ? inflated(payload, 12, most).value() : std::string(payload), compressed});
    wire.remove_prefix(header + length);
  }
  return out;
}

/// The same for a client that takes no compressed frames.
inline std::vector<std::string> texts_of(std::string_view wire) {
  std::vector<std::string> out;
  for (auto& f : frames_of(wire)) {
    if (f.compressed) throw std::logic_error("a compressed frame that was not agreed on");
    out.push_back(std::move(f.text));
  }
  return out;
}

}  // namespace roomd::protocol::test
