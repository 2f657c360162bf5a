#include "protocol/deflater.hpp"

#include <cassert>
#include <limits>
#include <new>
#include <utility>

#define ZLIB_CONST
#include <zlib.h>

#include "protocol/ws_frame.hpp"

namespace roomd::protocol {

namespace {

// Little is gained by more: the hash tables are cleared for every message, and higher levels search longer.
constexpr int level = 1;
constexpr int memory_level = 5;

constexpr std::string_view flush_tail("\x00\x00\xff\xff",
                                      4);  // every flush ends so, and RFC 7692 leaves it out

}  // namespace

void deflater::closer::operator()(z_stream_s* stream) const {
  deflateEnd(stream);
  delete stream;
}

deflater::deflater() {
  auto stream = std::make_unique<z_stream>();
  if (deflateInit2(stream.get(), level, Z_DEFLATED, -window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  stream_.reset(stream.release());
}

std::optional<frame> deflater::text_frame(std::string_view payload) {
  if (payload.size() < min_payload) return {};
  // What does not leave a byte of this free is no smaller than the payload.
  const std::size_t room = payload.size() + flush_tail.size();
  assert(room <= std::numeric_limits<uInt>::max());
  if (scratch_.size() < room) scratch_.resize(room);

  z_stream& z = *stream_;
  deflateReset(&z);
  z.next_in = reinterpret_cast<const Bytef*>(payload.data());
  z.avail_in = static_cast<uInt>(payload.size());
  z.next_out = reinterpret_cast<Bytef*>(scratch_.data());
  z.avail_out = static_cast<uInt>(room);
  deflate(&z, Z_SYNC_FLUSH);
  if (z.avail_out == 0) return {};

  const std::string_view flushed(scratch_.data(), room - z.avail_out);
  assert(z.avail_in == 0 && flushed.ends_with(flush_tail));
  const std::size_t size = flushed.size() - flush_tail.size();
  const std::size_t header = ws_header_size(size);
  std::string bytes;
  bytes.reserve(header + size);
  bytes.append(header, '\0').append(flushed, 0, size);
  return frame_in_place(std::move(bytes), header, final_deflated_text);
}

}  // namespace roomd::protocol
