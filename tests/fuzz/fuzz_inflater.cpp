// The entry of a libFuzzer program: any bytes are inflated, whole and in fragments. The first byte chooses the
// fragments' length, the second the bound. A broken promise aborts. A unit test runs the same entry over damaged messages. To fuzz for
// longer: ./dev fuzz inflater
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "protocol/deflater.hpp"
#include "protocol/inflater.hpp"

namespace {

using roomd::protocol::deflater;
using roomd::protocol::inflater;
using status = inflater::status;

void promise(bool holds) {
  if (!holds) std::abort();
}

struct outcome {
  status end;
  std::string text;
};

outcome inflate_in(std::string_view payload, std::size_t fragment, std::size_t max_size) {
  inflater in;
  outcome o{status::incomplete, {}};
  while (o.end == status::incomplete) {
    const std::string_view part = payload.substr(0, fragment);
    payload.remove_prefix(part.size());
    o.end = in.feed(part, payload.empty(), max_size, o.text);
    promise(o.text.size() <= max_size);
    promise(o.text.capacity() <= std::max(max_size, 2 * std::string().capacity()));
    promise(o.end != status::incomplete || !payload.empty());
  }
  return o;
}

void check(std::string_view payload, std::size_t fragment, std::size_t max_size) {
  const outcome whole = inflate_in(payload, payload.size() + 1, max_size);
  const outcome pieces = inflate_in(payload, fragment, max_size);
  promise(whole.end == pieces.end && (whole.end != status::whole || whole.text == pieces.text));
  if (whole.end != status::whole) return;
  if (const auto f = deflater().text_frame(whole.text)) {
    const outcome again = inflate_in(f->payload(), fragment, max_size);
    promise(again.end == status::whole && again.text == whole.text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  check({reinterpret_cast<const char*>(data) + 2, size - 2}, 1 + data[0] % 32u, data[1] * 64u);
  return 0;
}
