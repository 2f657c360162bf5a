// A frame is an immutable byte string that is already a whole WebSocket frame (RFC 6455 section 5.2; a server's
// frames are not masked, so that all members of a room can share one). It is made once for each wire format,
// shared by reference between shards, and freed by whoever lets go of it last. Some are several frames, one behind the
// other, that leave together; `payload` is for those that are one.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace roomd {

class frame {
 public:
  /// `bytes` from `begin` on is the frame, from `payload` on what it carries. What stands before `begin` is unused
  /// headroom: a header whose length is known last is written in front of a body that does not move.
  frame(std::string bytes, std::size_t begin, std::size_t payload)
      : bytes_(std::move(bytes)), begin_(begin), payload_(payload) {}

  std::string_view wire() const { return std::string_view(bytes_).substr(begin_); }
  std::string_view payload() const { return std::string_view(bytes_).substr(payload_); }
  std::size_t size() const { return bytes_.size() - begin_; }

 private:
  std::string bytes_;
  std::size_t begin_;
  std::size_t payload_;
};

using frame_ptr = std::shared_ptr<const frame>;

}  // namespace roomd
