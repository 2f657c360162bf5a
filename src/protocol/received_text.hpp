// A client's text message as ws_reader hands it on, made text: inflated where it is compressed, and proven to be UTF-8.
// It lives while the message is handled, and what was inflated lives as long; zlib's memory has gone by then. So nothing
// of it stays with a connection. Throws std::bad_alloc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace roomd::protocol {

class received_text {
 public:
  enum class status : std::uint8_t {
    good,
    too_big,    ///< it inflates to more than the bound: to be closed with 1009
    malformed,  ///< it is no deflate data: to be closed with 1007
    not_utf8,   ///< to be closed with 1007
  };

  /// `payload` outlives it. `max_size` bounds what comes out of inflating.
  received_text(std::string_view payload, bool compressed, std::size_t max_size);
  received_text(const received_text&) = delete;
  received_text& operator=(const received_text&) = delete;

  status state() const { return state_; }
  /// Of a good one.
  std::string_view text() const { return text_; }

 private:
  std::string inflated_;
  std::string_view text_;
  status state_ = status::good;
};

}  // namespace roomd::protocol
