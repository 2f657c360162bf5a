// The entry of a libFuzzer program: any bytes are read as `Sec-WebSocket-Extensions`. A broken promise aborts. A unit
// test runs the same entry over damaged headers. To fuzz for
// longer: ./dev fuzz extension
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/extension.hpp"

namespace {

using roomd::protocol::answer_extensions;

void promise(bool holds) {
  if (!holds) std::abort();
}

void check(std::string_view offers) {
  const std::string_view plain = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  const auto answer = answer_extensions(offers);
  const bool known = answer.text.empty() || answer.text == plain ||
                     answer.text == std::string(plain) + "; server_max_window_bits=12";
  promise(known);
  promise(answer.well_formed || answer.text.empty());
  const auto more = answer_extensions(std::string(offers) + ", permessage-deflate");
  if (answer.well_formed) promise(more.text == (answer.text.empty() ? plain : answer.text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({reinterpret_cast<const char*>(data), size});
  return 0;
}
