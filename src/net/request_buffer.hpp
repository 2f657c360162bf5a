// What has come of the requests of one HTTP connection and is not served yet: finds where the first one's head ends.
// Pure; its cost is linear in the bytes, however they come.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace roomd::net {

class request_buffer {
 public:
  enum class state {
    partial,
    whole,      ///< `head()` is one, the empty line included
    bad_line,   ///< a line does not end with CRLF
    too_large,  ///< `most` bytes and no end
  };

  void append(std::string_view bytes) { in_.append(bytes); }
  /// `most`: bytes of a head, and of the empty lines before it, which some clients send.
  state look(std::size_t most);
  std::string_view head() const { return std::string_view(in_).substr(0, end_); }
  /// The head is served.
  void drop_head();
  bool empty() const { return in_.empty(); }
  std::size_t size() const { return in_.size(); }
  /// An empty one holds no memory then.
  void release() { std::string().swap(in_); }

 private:
  void skip_empty_lines();

  std::string in_;
  std::size_t checked_ = 0;  ///< how much of it has been searched for the end of the head
  std::size_t skipped_ = 0;  ///< bytes of empty lines before this head
  std::size_t end_ = 0;      ///< of the head
};

}  // namespace roomd::net
