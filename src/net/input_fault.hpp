// What ends a WebSocket for what its client sent: the close code, and the reason in words. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "protocol/received_text.hpp"
#include "protocol/ws_reader.hpp"

namespace roomd::net {

struct input_fault {
  int code;
  std::string_view reason;
};

/// None: it is no fault.
std::optional<input_fault> fault_of(protocol::ws_reader::event e);
std::optional<input_fault> fault_of(protocol::received_text::status s);

}  // namespace roomd::net
