// The entry of a libFuzzer program: any bytes are read as a WebSocket client's, whole and in pieces, which must come to
// the same. The first byte chooses the pieces' length, the second the bound and whether compression is allowed. A broken
// promise aborts. A unit test runs the same entry over damaged frames. To fuzz for
// longer: ./dev fuzz ws_reader
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "protocol/utf8.hpp"
#include "protocol/ws_reader.hpp"

namespace {

using roomd::protocol::ws_reader;
using event = ws_reader::event;

void promise_of_reader(bool holds) {
  if (!holds) std::abort();
}

using events = std::vector<std::pair<event, std::string>>;

events read_all(std::string bytes, std::size_t piece, std::size_t bound, bool compression) {
  ws_reader reader;
  events out;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t n = std::min(piece, bytes.size() - at);
    std::span<char> in(bytes.data() + at, n);
    at += n;
    for (event e; (e = reader.next(in, bound, compression)) != event::none;) {
      const bool control = e == event::ping || e == event::pong || e == event::close;
      promise_of_reader(reader.payload().size() <= (control ? 125 : bound));
      promise_of_reader(compression || !reader.compressed());
      (void)roomd::protocol::valid_utf8(reader.payload());
      out.emplace_back(e, reader.payload());
      if (e == event::bad_frame || e == event::too_big || e == event::close) return out;
    }
    promise_of_reader(in.empty());
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t piece = 1 + data[0] % 40;
  const std::size_t bound = 2 * (data[1] / 2);
  const bool compression = data[1] % 2 != 0;
  promise_of_reader(read_all(bytes, bytes.size(), bound, compression) ==
                    read_all(bytes, piece, bound, compression));
  return 0;
}
