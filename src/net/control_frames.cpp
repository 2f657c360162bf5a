#include "net/control_frames.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include "protocol/utf8.hpp"

namespace roomd::net {
namespace {

constexpr std::size_t longest_reason = 123;

// RFC 6455 section 7.4 and the registry it set up: 1004 to 1006 and 1015 are never on the wire.
bool may_be_sent(int code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace

std::optional<int> read_close(std::string_view payload) {
  if (payload.empty()) return close_cause::no_status;
  if (payload.size() == 1) return {};
  const int code = static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
  if (!may_be_sent(code) || !protocol::valid_utf8(payload.substr(2))) return {};
  return code;
}

int counted_as(int peer_code) { return std::min(peer_code, close_cause::application); }

frame_ptr close_frame(int code, std::string_view reason) {
  reason = reason.substr(0, longest_reason);
  std::string bytes = "\x88";
  bytes += static_cast<char>(2 + reason.size());
  bytes += static_cast<char>(code >> 8);
  bytes += static_cast<char>(code & 0xFF);
  bytes += reason;
  return std::make_shared<const frame>(std::move(bytes), 0, 2);
}

frame_ptr pong_frame(std::string_view payload) {
  std::string bytes = "\x8A";
  bytes += static_cast<char>(payload.size());
  bytes += payload;
  return std::make_shared<const frame>(std::move(bytes), 0, 2);
}

}  // namespace roomd::net
