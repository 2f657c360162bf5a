// What a client reads from a server's bytes: the texts of the frames that stand one behind the other.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/protocol/raw_deflate.hpp"

namespace roomd::protocol::test {

struct text_read {
  std::string text;
  bool compressed = false;
};

/// Reads messages, of one frame or of a first and a last one, however the bytes are cut between frames.
class text_reader {
 public:
  /// The messages that end in these whole frames, inflated where they are compressed.
  std::vector<text_read> read(std::string_view wire) {
    constexpr std::size_t most = 64 << 20;
    const auto byte = [&](std::size_t i) {
      return static_cast<std::size_t>(static_cast<unsigned char>(wire.at(i)));
    };
    std::vector<text_read> out;
    while (!wire.empty()) {
      const std::size_t first = byte(0);
      const bool compressed = first == 0xc1;
      const bool continued = first == 0x80;
      if (!compressed && !continued && first != 0x81 && first != 0x01)
        throw std::logic_error("no text frame");
      if (continued != open_) throw std::logic_error("a frame in the wrong place");
      std::size_t header = 2;
      std::size_t length = byte(1);
      if (length >= 126) {
        header = length == 126 ? 4 : 10;
        length = 0;
        for (std::size_t i = 2; i < header; ++i) length = length << 8 | byte(i);
      }
      if (wire.size() - header < length) throw std::logic_error("a frame is cut off");
      const std::string_view payload = wire.substr(header, length);
      begun_ += compressed ? inflated(payload, 12, most).value() : std::string(payload);
      open_ = first == 0x01;
      if (!open_) out.push_back({std::exchange(begun_, {}), compressed});
      wire.remove_prefix(header + length);
    }
    return out;
  }

 private:
  std::string begun_;
  bool open_ = false;
};

inline std::vector<text_read> frames_of(std::string_view wire) { return text_reader().read(wire); }

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
