#include "net/input_fault.hpp"

#include "core/close_code.hpp"
#include "net/control_frames.hpp"

namespace roomd::net {

using protocol::received_text;
using protocol::ws_reader;

namespace {

input_fault too_big() { return {close_cause::too_big, describe(close_code::message_too_big).reason}; }

}  // namespace

std::optional<input_fault> fault_of(ws_reader::event e) {
  if (e == ws_reader::event::bad_frame)
    return input_fault{close_cause::protocol_error, "not a frame of RFC 6455"};
  if (e == ws_reader::event::too_big) return too_big();
  return {};
}

std::optional<input_fault> fault_of(received_text::status s) {
  switch (s) {
    case received_text::status::too_big:
      return too_big();
    case received_text::status::malformed:
      return input_fault{close_cause::bad_payload, "not deflate data"};
    case received_text::status::not_utf8:
      return input_fault{close_cause::bad_payload, "not UTF-8"};
    case received_text::status::good:
      break;
  }
  return {};
}

}  // namespace roomd::net
