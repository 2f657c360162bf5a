#include "protocol/ws_frame.hpp"

#include <cassert>
#include <cstdint>
#include <memory>
#include <utility>

namespace roomd::protocol {

frame frame_in_place(std::string bytes, std::size_t payload, char first_byte) {
  const std::size_t length = bytes.size() - payload;
  const std::size_t header = ws_header_size(length);
  assert(payload >= header);
  const std::size_t begin = payload - header;
  bytes[begin] = first_byte;
  if (header == 2) {
    bytes[begin + 1] = static_cast<char>(length);
  } else {
    bytes[begin + 1] = static_cast<char>(header == 4 ? 126 : 127);
    std::uint64_t rest = length;
    for (std::size_t i = payload; i-- > begin + 2; rest >>= 8) bytes[i] = static_cast<char>(rest & 0xFF);
  }
  return {std::move(bytes), begin, payload};
}

frame_ptr text_frame(std::string_view payload) {
  const std::size_t header = ws_header_size(payload.size());
  std::string bytes;
  bytes.reserve(header + payload.size());
  bytes.append(header, '\0').append(payload);
  return std::make_shared<const frame>(frame_in_place(std::move(bytes), header));
}

}  // namespace roomd::protocol
