// Finds replies in the bytes that a Redis server sends, as they come. hiredis reads the protocol; what it builds is ours,
// so that a length that the server merely declares costs no memory. Pure. One for each connection.
//
// The server is trusted with the data, not with this process's memory: over a bound the stream counts as broken.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/redis_reply.hpp"

struct redisReader;  // hiredis'

namespace roomd::store {

class redis_reader {
 public:
  struct bounds {
    std::size_t bytes;  ///< of one reply, as it comes
    std::size_t items;  ///< of one reply, over all lists in it
  };
  /// Lists in lists, whatever hiredis itself allows: what roomd asks for needs five (XREAD).
  static constexpr std::size_t most_depth = 6;

  explicit redis_reader(bounds b);
  ~redis_reader();
  redis_reader(const redis_reader&) = delete;
  redis_reader& operator=(const redis_reader&) = delete;

  /// Takes what has come. Throws std::bad_alloc.
  void feed(std::string_view bytes);
  /// The next whole reply. None: more is needed, or it is broken. Throws std::bad_alloc.
  std::optional<redis_reply> next();

  /// What is wrong with the stream, for a log; empty: nothing. Nothing more can be read from a broken one.
  const std::string& fault() const { return fault_; }

 private:
  struct builder;
  struct closer {
    void operator()(redisReader* reader) const;
  };

  bounds bounds_;
  std::unique_ptr<builder> builder_;
  std::unique_ptr<redisReader, closer> reader_;
  std::string fault_;
};

}  // namespace roomd::store
