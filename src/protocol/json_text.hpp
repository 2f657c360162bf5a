// JSON strings, to the wire and from it. Text is UTF-8 on both sides.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roomd::protocol {

/// Appends `text` as a JSON string, with quotes; only the quote, the backslash and U+0000–001F are escaped.
void append_json_string(std::string& out, std::string_view text);

/// What a JSON string says. `quoted` is a slice that json_scanner has accepted, with its quotes. None where a
/// surrogate escape has no partner: such a string has no UTF-8.
std::optional<std::string> decode_json_string(std::string_view quoted);

}  // namespace roomd::protocol
