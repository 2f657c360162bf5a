// The text of one WebSocket message → one command, or what to answer in its place. Pure; the text is walked
// once.
//
// Where docs/protocol.md leaves a choice:
//
// - Names are compared as decoded text: `"\u006aoin"` is `join`.
// - A member of the command's object that is neither a command nor `id` is an unknown field, and ignored.
// - A known field that stands twice is `bad_request`, and so is `null` in a field's place.
// - An integer is written without fraction and exponent. `limit` is 1 or more, `last` and sequences are 0 or
//   more, all at most 2^53-1; asking for more than there is means all of it.
// - A token has no use for escapes, so one that holds a backslash is `bad_request`.
// - `client` is at most 255 bytes without control characters.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "protocol/command.hpp"

namespace roomd::protocol {

/// A JSON object that is no command as it should be: the connection stays open. The error is the reply to
/// `id`, or a push where there is no usable one (0).
struct bad_command {
  command_id id = 0;
  roomd::error why;
  std::string room = {};  ///< which the command names; empty where it names none that could be
  bool hello = false;     ///< it was meant to be one: before the session is greeted all else is 401
};

/// Not one JSON object: close with 4007.
struct not_a_command {};

using parsed = std::variant<command, bad_command, not_a_command>;

/// `text` is valid UTF-8. Views in the command point into it.
parsed parse_command(std::string_view text);

}  // namespace roomd::protocol
