// What the tests of a room's log share: messages made by hand, and dice whose rolls a seed repeats.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/batch.hpp"
#include "core/message.hpp"
#include "core/time.hpp"

namespace roomd {

/// A moment `t` after the tests' beginning.
inline time_point at(std::chrono::milliseconds t) { return time_point{} + t; }

/// A message that counts `size` bytes in a log.
inline message_ptr make_message(sequence seq, std::size_t size = 1000, std::string session = "sender",
                                bool echo = false) {
  message m{seq, 0, std::move(session), echo, frame({}, 0, 0)};
  m.native = frame(std::string(size - m.size(), 'x'), 0, 0);
  return std::make_shared<const message>(std::move(m));
}

inline std::vector<sequence> numbers(const batch& messages) {
  std::vector<sequence> out;
  for (std::size_t i = 0; i < messages.size(); ++i) out.push_back(messages[i]->seq);
  return out;
}
inline std::vector<sequence> numbers(const std::vector<message_ptr>& messages) {
  std::vector<sequence> seqs;
  for (const auto& m : messages) seqs.push_back(m->seq);
  return seqs;
}

class dice {
 public:
  explicit dice(std::uint32_t seed) : engine_(std::in_place, seed) {}
  /// Rolls what a fuzzer's bytes say, and zeros behind their end.
  explicit dice(std::string_view bytes) : bytes_(bytes) {}
  /// 0 to `end` - 1.
  std::size_t below(std::size_t end) { return (engine_ ? (*engine_)() : next(end)) % end; }
  std::size_t between(std::size_t least, std::size_t most) { return least + below(most - least + 1); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  /// No bytes are left.
  bool over() const { return !engine_ && bytes_.empty(); }

 private:
  std::size_t next(std::size_t end) {
    std::size_t rolled = 0;
    for (std::size_t most = 1; most < end && !bytes_.empty(); most *= 256) {
      rolled = rolled * 256 + static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
    }
    return rolled;
  }

  std::optional<std::mt19937> engine_;
  std::string_view bytes_;
};

}  // namespace roomd
