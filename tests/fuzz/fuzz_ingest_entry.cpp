// The entry of a libFuzzer program: any bytes are an entry of the ingest stream, its fields between zero bytes. What is
// accepted is a publish like a client's. A broken promise aborts. A unit test runs the same entry over damaged entries.
// To fuzz for longer: ./dev fuzz ingest_entry
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/room_name.hpp"
#include "protocol/ingest_entry.hpp"
#include "protocol/json_scanner.hpp"
#include "protocol/message_text.hpp"

namespace ingest_entry_fuzz {

using namespace roomd;

inline void promise(bool holds) {
  if (!holds) std::abort();
}

inline void check(std::string_view text) {
  std::vector<std::string> fields;
  while (true) {
    const auto end = text.find('\0');
    fields.emplace_back(text.substr(0, end));
    if (end == text.npos) break;
    text.remove_prefix(end + 1);
  }
  auto read = protocol::read_ingest_entry("1700000000000-0", fields);
  if (!read) {
    promise(!read.error().text().empty());
    return;
  }
  promise(valid_name(read->room, max_room_name));
  const auto m = protocol::seal(std::move(read->what), 1, 1);
  promise(protocol::valid_json(m->native.payload()));
}

}  // namespace ingest_entry_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ingest_entry_fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
