#include "net/request_buffer.hpp"

#include "net/request.hpp"

namespace roomd::net {

request_buffer::state request_buffer::look(std::size_t most) {
  if (checked_ == 0) skip_empty_lines();
  const auto found = in_.find("\r\n\r\n", checked_ < 3 ? 0 : checked_ - 3);
  end_ = found == in_.npos ? in_.size() : found + 4;  // what stands behind the head is judged in its turn
  if (has_bare_line_end(head(), checked_)) return state::bad_line;
  if (found != in_.npos) return end_ <= most ? state::whole : state::too_large;
  checked_ = in_.empty() ? 0 : in_.size() - 1;
  return in_.size() < most && skipped_ <= most ? state::partial : state::too_large;
}

void request_buffer::drop_head() {
  in_.erase(0, end_);
  checked_ = skipped_ = end_ = 0;
}

void request_buffer::skip_empty_lines() {
  std::size_t lines_end = 0;
  while (in_.compare(lines_end, 2, "\r\n") == 0) lines_end += 2;
  in_.erase(0, lines_end);
  skipped_ += lines_end;
}

}  // namespace roomd::net
