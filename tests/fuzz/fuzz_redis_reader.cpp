// The entry of a libFuzzer program: any bytes are read as what a Redis server sends, cut in pieces as the first bytes
// say. A broken promise aborts. A unit test runs the same entry over damaged replies. To fuzz for
// longer: ./dev fuzz redis_reader
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "store/redis_message.hpp"
#include "store/redis_reader.hpp"

namespace {

using roomd::store::redis_reader;
using roomd::store::redis_reply;

constexpr redis_reader::bounds reader_bounds{4096, 64};

void hold(bool promise) {
  if (!promise) std::abort();
}

std::size_t count_items(const redis_reply& r) {
  std::size_t count = 1;
  for (const auto& item : r.items) count += count_items(item);
  return count;
}

struct outcome {
  std::size_t replies = 0;
  bool broken = false;
  bool operator==(const outcome&) const = default;
};

outcome read_all(std::string_view bytes, std::size_t piece) {
  redis_reader reader(reader_bounds);
  outcome seen;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (const auto reply = reader.next()) {
      hold(count_items(*reply) <= reader_bounds.items);
      (void)roomd::store::parse_redis_message(reply->text);
      ++seen.replies;
    }
    if (!reader.fault().empty()) break;
  }
  seen.broken = !reader.fault().empty();
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = read_all(bytes, bytes.size());
  const auto in_pieces = read_all(bytes, data[0] % 64 + 1U);
  // Where it is cut makes no difference but to the bound on what is not whole yet.
  if (bytes.size() <= reader_bounds.bytes) hold(whole == in_pieces);
  return 0;
}
