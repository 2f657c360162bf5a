// Makes compressed server frames (RFC 7692, permessage-deflate without context takeover): each frame stands for itself,
// so that one made of a broadcast serves every member that negotiated the extension. Sizes and the window were
// measured: docs/decisions/permessage-deflate.md.
//
// One for each thread that compresses, used for one message after the other and never shared: it holds 38 KB of zlib's
// memory, and a buffer as long as the longest payload it has seen. Throws std::bad_alloc.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/frame.hpp"

struct z_stream_s;  // zlib's

namespace roomd::protocol {

class deflater {
 public:
  /// The base-2 logarithm of how far back a frame refers, in bytes: `server_max_window_bits`.
  static constexpr int window_bits = 12;
  /// Shorter payloads stay as they are: they would shrink by less than the headers of the packet.
  static constexpr std::size_t min_payload = 200;

  deflater();

  /// A final text frame with RSV1. None where it would not be smaller than an uncompressed one.
  std::optional<frame> text_frame(std::string_view payload);

 private:
  struct closer {
    void operator()(z_stream_s* stream) const;
  };

  std::unique_ptr<z_stream_s, closer> stream_;
  std::string scratch_;
};

}  // namespace roomd::protocol
