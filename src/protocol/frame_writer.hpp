// One reply or push while its text is written: a string with room for the WebSocket header in front, so that
// the finished text becomes a frame without another copy. Numbers and strings are written as JSON, literals
// as they are.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/frame.hpp"
#include "protocol/json_text.hpp"
#include "protocol/ws_frame.hpp"

namespace roomd::protocol {

class frame_writer {
 public:
  /// `expected` bytes of text, where that is known.
  explicit frame_writer(std::size_t expected = 128) {
    bytes_.reserve(max_ws_header + expected);
    bytes_.assign(max_ws_header, '\0');
  }

  /// JSON as it stands.
  frame_writer& raw(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  frame_writer& string(std::string_view text) {
    append_json_string(bytes_, text);
    return *this;
  }
  template <std::integral Integer>
  frame_writer& number(Integer n) {
    char digits[std::numeric_limits<Integer>::digits10 + 3];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), n).ptr;
    bytes_.append(digits, end);
    return *this;
  }
  frame_writer& boolean(bool b) { return raw(b ? "true" : "false"); }
  /// `[…]` with `write(element)` for each.
  template <class Range, class Write>
  frame_writer& array(const Range& range, Write write) {
    raw("[");
    bool first = true;
    for (const auto& element : range) {
      if (!std::exchange(first, false)) raw(",");
      write(element);
    }
    return raw("]");
  }

  /// Closes the two objects that every reply and push consists of. The last call.
  frame_ptr finish() { return raw("}}").finish_as(final_text); }
  /// Closes nothing. The last call.
  frame_ptr finish_as(char first_byte) {
    return std::make_shared<const frame>(frame_in_place(std::move(bytes_), max_ws_header, first_byte));
  }

 private:
  std::string bytes_;
};

}  // namespace roomd::protocol
