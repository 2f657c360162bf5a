// What a WebSocket client sends (RFC 6455 section 5), found in the bytes as they come: whole messages, and the control
// frames between their fragments. Pure and hostile-proof: lengths are believed only up to the bound, and nothing is
// kept of what is refused. One in every connection: while no frame is half there it holds no heap memory, and a message
// that came whole is handed on where it stands, unmasked in place.
//
// It does not look into messages: whether text is UTF-8 is for who takes it, after inflating where it is compressed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace roomd::protocol {

class ws_reader {
 public:
  enum class event : std::uint8_t {
    none,    ///< all of the input is used, and something is half there or nothing
    text,    ///< a whole message
    binary,  ///< a whole message
    ping,
    pong,
    close,
    bad_frame,  ///< against the RFC: to be closed with 1002
    too_big,    ///< a message over the bound: to be closed with 1009
  };

  /// Up to the next event in `in`: takes what it uses from the front, and changes it in place. `max_message` bounds the
  /// bytes of a message, over all fragments; `compression` allows RSV1 (RFC 7692). After bad_frame, too_big or close
  /// it is not called again.
  event next(std::span<char>& in, std::size_t max_message, bool compression = false);

  /// The payload of the event, valid until the next call and as long as the input stands.
  std::string_view payload() const { return payload_; }
  /// The message is compressed.
  bool compressed() const { return compressed_; }

 private:
  enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

  bool take_header(std::span<char>& in);
  event check_header(std::size_t max_message, bool compression);
  event take_payload(std::span<char>& in);
  event finish_frame(std::string_view payload);
  std::size_t header_size() const;
  std::uint64_t declared_length() const;
  opcode kind() const { return static_cast<opcode>(header_[0] & 0x0F); }
  bool final() const { return (header_[0] & 0x80) != 0; }
  bool is_control() const { return (header_[0] & 0x08) != 0; }

  std::array<std::uint8_t, 14> header_{};
  std::uint8_t have_ = 0;    ///< bytes of the header
  bool in_payload_ = false;  ///< the header is whole and was accepted
  bool compressed_ = false;  ///< the message under way, or just handed on
  opcode message_kind_{};    ///< of the message under way; continuation: none is
  std::size_t length_ = 0;   ///< of the frame's payload
  std::size_t used_ = 0;     ///< of it
  std::string message_;      ///< fragments, or a frame that came in parts
  std::string control_;      ///< a control frame that came in parts
  std::string_view payload_;
};

}  // namespace roomd::protocol
