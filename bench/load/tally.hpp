// What the clients of one process have seen. One object, one thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using nanoseconds = std::int64_t;

inline nanoseconds clock_now() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

/// What a published text begins with; when it was sent follows in 16 hex digits.
inline constexpr std::string_view data_mark = "~rb~";
inline constexpr std::size_t data_size = 128;

/// The text of a publication, sent at `when`.
std::string make_data(nanoseconds when);
/// When the text that begins with the mark was sent.
nanoseconds sent_at(std::string_view data);

struct tally {
  std::size_t ready = 0;
  std::size_t closed = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t bytes = 0;
  std::uint64_t gaps = 0;     ///< numbers left out
  std::uint64_t repeats = 0;  ///< numbers that came again or out of order
  bool timing = false;        ///< whether latencies are noted
  bool only_numbers = false;  ///< deliveries are not counted, which takes time
  nanoseconds now = 0;        ///< when the bytes at hand were read
  std::vector<nanoseconds> latencies;
  std::string epoch;  ///< of the room that was joined last (dialect::epoch)

  void time_from_now() {
    latencies.clear();
    timing = true;
  }
};

/// The value that `share` (0 to 1) of the values do not exceed; 0 where there are none. Sorts a copy.
nanoseconds percentile(std::vector<nanoseconds> values, double share);

}  // namespace bench
