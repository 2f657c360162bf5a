// The entries of the ingest stream that wait to be published, each room's in a line of its own. Of one room one is under
// way at a time, so that the room gets them in the stream's order whatever becomes of each; rooms wait for one another in
// nothing. Pure: whoever owns it sends what due() gives, and says what became of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/message.hpp"
#include "core/text_hash.hpp"
#include "core/time.hpp"

namespace roomd::store {

class ingest_rooms {
 public:
  struct limits {
    std::size_t entries = 1024;
    std::size_t bytes = std::size_t{16} << 20U;
    std::chrono::milliseconds patience{10000};  ///< an answer may take so long, then it is tried again
    std::chrono::milliseconds pause{1000};      ///< between two tries
    /// A room that has refused its first entry so often, while others took theirs, does not get it. What is not kept
    /// counts for nothing here: a Redis without memory takes that.
    int tries = 30;
  };
  /// One publish to be sent.
  struct attempt {
    std::string room;
    std::uint64_t serial = 0;  ///< names it
    draft what;
  };
  enum class fate : std::uint8_t { unknown, again, published, given_up };
  struct verdict {
    fate what = fate::unknown;
    std::string id;  ///< of an entry that is done with
  };

  explicit ingest_rooms(const limits& l) : limits_(l) {}

  void add(std::string id, const std::string& room, draft what);
  /// What is to be sent now.
  std::vector<attempt> due(time_point now);
  /// `unknown`: nobody waits for this attempt any more.
  verdict answer(const std::string& room, std::uint64_t serial, bool published, time_point now);
  /// When due() has something next, or nothing until then.
  std::optional<time_point> next() const;
  void clear();

  std::size_t size() const { return entries_; }
  /// How many more may be added: 0 where too many bytes wait.
  std::size_t room() const;
  std::uint64_t retries() const { return retries_; }

 private:
  struct entry {
    std::string id;
    draft what;
  };
  struct line {
    std::deque<entry> entries;
    std::uint64_t serial = 0;     ///< of the attempt under way; 0: none is
    int tries = 0;                ///< of the first entry, that failed
    std::uint64_t published = 0;  ///< by all rooms, when the first of those did
    time_point at{};              ///< when to look at it: the attempt is overdue, or the pause over
  };
  using lines = text_map<line>;

  attempt begin(const std::string& room, line& l, time_point now);
  void set_time(const std::string& room, line& l, time_point at);
  std::string take_first(lines::iterator found);

  limits limits_;
  lines lines_;
  std::deque<std::string> ready_;  ///< rooms whose first entry is to be sent
  std::set<std::pair<time_point, std::string>> times_;
  std::size_t entries_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t serial_ = 0;
  std::uint64_t published_ = 0;  ///< and kept
  std::uint64_t retries_ = 0;
};

}  // namespace roomd::store
