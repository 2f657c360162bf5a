// The entry of a libFuzzer program: any bytes are read as JSON. What another library takes, the scanner takes; what it
// hands out stands in the text and is JSON itself. A broken promise aborts. A unit test runs the same entry over damaged
// texts. To fuzz for longer: ./dev fuzz json_scanner
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "protocol/json_scanner.hpp"

namespace json_scanner_fuzz {

using roomd::protocol::json_kind;
using roomd::protocol::json_scanner;
using roomd::protocol::json_slice;
using roomd::protocol::valid_json;

inline void promise(bool holds) {
  if (!holds) std::abort();
}

inline void check_slice(std::string_view part, std::string_view whole) {
  promise(part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
  promise(valid_json(part));
}

inline void check_object(std::string_view text) {
  json_scanner in(text);
  promise(in.open_object());
  json_slice key, value;
  while (in.next_key(key)) {
    check_slice(key.text, text);
    promise(key.kind == json_kind::string && in.value(value));
    check_slice(value.text, text);
    promise(value.depth <= value.text.size() / 2 + 1);
  }
  promise(in.at_end());
}

inline void check(std::string_view text) {
  json_scanner in(text);
  json_slice whole;
  const bool taken = in.value(whole) && in.at_end();
  promise(taken == valid_json(text));
  // A zero byte is the end of a text for the other one.
  if (text.find('\0') == text.npos && nlohmann::json::accept(text)) promise(taken);
  if (!taken) return;
  check_slice(whole.text, text);
  if (whole.kind == json_kind::object) check_object(text);
}

}  // namespace json_scanner_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  json_scanner_fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
