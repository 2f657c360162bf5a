// Inflates what a client sends compressed (RFC 7692, permessage-deflate without context takeover): one message after
// the other, each whole or in fragments as they come. Pure and hostile-proof: the bound holds for what comes out, so a
// message of a few bytes that would inflate to a terabyte ends at the bound.
//
// One in every connection, or one for many where messages come whole: between messages it is a null pointer. zlib's
// memory (7 KB, and a window of 32 KB once bytes have come out) is taken with a message's first bytes and given back
// with its last. That costs 0.3 µs a message, where the shortest takes 2 to inflate. Throws std::bad_alloc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;  // zlib's

namespace roomd::protocol {

class inflater {
 public:
  enum class status : std::uint8_t {
    incomplete,  ///< the message goes on
    whole,       ///< that was all of it
    too_big,     ///< it is longer than the bound: to be closed with 1009
    malformed,   ///< it is no deflate data, or is cut off: to be closed with 1007
  };

  /// Appends what `bytes` inflate to; `last`: they end the message. `out` holds the message's text so far and nothing
  /// else, and its capacity never grows over `max_size`. After every status but `incomplete` the next call begins
  /// another message.
  status feed(std::string_view bytes, bool last, std::size_t max_size, std::string& out);

 private:
  struct closer {
    void operator()(z_stream_s* stream) const;
  };

  void begin();
  status take(std::string_view bytes, std::size_t max_size, std::string& out);
  status finish(std::size_t max_size, std::string& out);

  std::unique_ptr<z_stream_s, closer> stream_;  ///< of the message under way
};

}  // namespace roomd::protocol
