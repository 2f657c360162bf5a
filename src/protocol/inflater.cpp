#include "protocol/inflater.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <new>

#define ZLIB_CONST
#include <zlib.h>

namespace roomd::protocol {

namespace {

constexpr int any_window = -15;                              // raw deflate data, of whatever window
constexpr std::size_t chunk_size = 4096;                     // on the stack
constexpr std::string_view left_out("\x00\x00\xff\xff", 4);  // by the sender, at the end of each message
constexpr int between_blocks = 128;  // zlib's data_type: a block has just ended, and no bits are left over

// As std::string::append, but growing by doubling must not pass the bound.
void append_bounded(std::string& out, std::string_view more, std::size_t max_size) {
  const std::size_t wanted = out.size() + more.size();
  if (wanted > out.capacity()) {
    std::string larger;
    larger.reserve(std::min(max_size, std::max(wanted, 2 * out.capacity())));
    larger.append(out);
    out.swap(larger);
  }
  out.append(more);
}

}  // namespace

void inflater::closer::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

void inflater::begin() {
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), any_window) != Z_OK) throw std::bad_alloc();
  stream_.reset(stream.release());
}

inflater::status inflater::feed(std::string_view bytes, bool last, std::size_t max_size, std::string& out) {
  assert(out.size() <= max_size);
  if (!stream_) begin();
  status s = take(bytes, max_size, out);
  if (s == status::incomplete && last) s = finish(max_size, out);
  if (s != status::incomplete) stream_.reset();
  return s;
}

inflater::status inflater::take(std::string_view bytes, std::size_t max_size, std::string& out) {
  assert(bytes.size() <= std::numeric_limits<uInt>::max());
  z_stream& z = *stream_;
  z.next_in = reinterpret_cast<const Bytef*>(bytes.data());
  z.avail_in = static_cast<uInt>(bytes.size());
  std::array<char, chunk_size> chunk;
  do {
    z.next_out = reinterpret_cast<Bytef*>(chunk.data());
    z.avail_out = chunk.size();
    const int result = inflate(&z, Z_SYNC_FLUSH);
    const std::size_t size = chunk.size() - z.avail_out;
    if (size > max_size - out.size()) return status::too_big;
    append_bounded(out, {chunk.data(), size}, max_size);
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    if (result == Z_STREAM_END) {
      inflateReset(&z);  // a final block (RFC 7692 section 7.2.3.4): after it another stream begins
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return status::malformed;
    }
  } while (z.avail_in > 0 || z.avail_out == 0);
  return status::incomplete;
}

// What was left out must be just that: the rest of an empty block. In a message that was cut off it is taken for data.
inflater::status inflater::finish(std::size_t max_size, std::string& out) {
  const std::size_t size = out.size();
  const bool sound = take(left_out, max_size, out) == status::incomplete &&
                     stream_->data_type == between_blocks && out.size() == size;
  return sound ? status::whole : status::malformed;
}

}  // namespace roomd::protocol
