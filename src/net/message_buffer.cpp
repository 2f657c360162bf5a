#include "net/message_buffer.hpp"

#include <algorithm>

namespace roomd::net {

std::pair<char*, std::size_t> message_buffer::room(std::size_t max) {
  constexpr std::size_t first_long = 4096;
  if (long_.empty()) {
    if (used_ < short_.size()) return {short_.data() + used_, short_.size() - used_};
    long_.resize(first_long);
    std::copy_n(short_.data(), used_, long_.data());
  } else if (used_ == long_.size()) {
    // One byte more than the longest message, because its end may come in a fragment of its own.
    long_.resize(std::max(used_ + 1, std::min(used_ * 2, max + 1)));
  }
  return {long_.data() + used_, long_.size() - used_};
}

bool message_buffer::ends_inside_character() const {
  const auto all = text();
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, all.size()); ++back) {
    const auto byte = static_cast<unsigned char>(all[all.size() - back]);
    if (byte < 0x80) return false;
    if (byte >= 0xC0) return back < (byte >= 0xF0 ? 4u : byte >= 0xE0 ? 3u : 2u);
  }
  return false;
}

void message_buffer::clear() {
  used_ = 0;
  if (!long_.empty()) std::string().swap(long_);
}

}  // namespace roomd::net
