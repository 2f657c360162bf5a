// Where a WebSocket message gathers. Short ones, which are most, stay in the object; a longer one moves to memory
// of its own, which is given back with the message, so that an idle connection holds none.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace roomd::net {

class message_buffer {
 public:
  /// Where to read to, at least one byte; `max` is the longest message.
  std::pair<char*, std::size_t> room(std::size_t max);
  void commit(std::size_t n) { used_ += n; }
  std::string_view text() const { return {long_.empty() ? short_.data() : long_.data(), used_}; }
  /// The text, which is valid UTF-8 so far, lacks bytes of its last character.
  bool ends_inside_character() const;
  void clear();

 private:
  std::array<char, 256> short_;
  std::string long_;
  std::size_t used_ = 0;
};

}  // namespace roomd::net
