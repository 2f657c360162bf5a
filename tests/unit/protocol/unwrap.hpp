// A second opinion about server frames: reads one as a client would.
#pragma once

#include <cstddef>
#include <string_view>

#include "catch.hpp"

namespace roomd::protocol::test {

/// The payload of a wire that is one final, unmasked frame with the shortest possible length field: text, unless
/// `first_byte` says otherwise.
inline std::string_view unwrap(std::string_view wire, unsigned char first_byte = 0x81) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(wire.at(i)); };
  REQUIRE(byte(0) == first_byte);
  REQUIRE(byte(1) < 128);
  std::size_t length = byte(1);
  std::size_t header = 2;
  if (length >= 126) {
    const std::size_t bytes = length == 126 ? 2 : 8;
    length = 0;
    for (std::size_t i = 0; i < bytes; ++i) length = length << 8 | byte(header + i);
    header += bytes;
    REQUIRE(length > (bytes == 2 ? 125u : 65535u));
  }
  REQUIRE(wire.size() == header + length);
  return wire.substr(header);
}

}  // namespace roomd::protocol::test
