// This node's part in reading the ingest stream: one node reads, the others stand by (store/redis/ingest.lua). Says what
// to ask Redis and when, and what its answers mean. Pure: whoever owns it has the connection and the clock, asks one
// question at a time, and hands every answer to take().
//
// A reader holds a part of the stream without a hole. So whenever it cannot be sure of that, because an answer was lost or
// another node may have read, it forgets all that it has read and begins again with what is not done.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/time.hpp"
#include "store/redis_reply.hpp"

namespace roomd::store {

struct ingest_entry {
  std::string id;
  std::vector<std::string> fields;  ///< names and values in turn
  bool too_large = false;           ///< it has no fields here
};

class redis_ingest {
 public:
  struct limits {
    std::chrono::milliseconds lease{3000};  ///< another node reads when the reader has not asked for so long
    std::size_t entries = 256;              ///< read at once
    std::size_t entry_bytes = 65536;        ///< of one entry, names and values together
  };
  struct news {
    bool anew = false;                  ///< everything that was read before is to be forgotten
    std::vector<ingest_entry> entries;  ///< behind all that were read before
    std::size_t taken_over = 0;         ///< of them, ones that were read before, here or elsewhere
  };

  /// `node`: this one's name.
  redis_ingest(std::string node, const limits& l);

  /// The script's arguments, where it is time to ask. `held`: entries that are read and not done; `room`: for so many
  /// more. Nothing is asked again before take().
  std::optional<std::vector<std::string>> ask(time_point now, std::size_t held, std::size_t room);
  news take(const result<redis_reply>& answer, time_point now);
  /// When to ask again, at the latest.
  time_point next(time_point now) const;

  /// An entry is done with: it can leave the stream.
  void done(std::string id) { done_.push_back(std::move(id)); }
  /// There are entries that nobody has read.
  void rung() { more_ = true; }
  /// Reads no more, and lets another node read as soon as all that it has read is done.
  void resign() { resigning_ = true; }

  bool reads() const { return reads_; }
  /// The ID behind which to listen for entries; empty: it need not.
  std::string_view listen_behind() const { return reads_ && !more_ ? std::string_view(last_) : ""; }
  /// Entries in the stream, when a reader last looked; 0 on other nodes.
  std::uint64_t backlog() const { return reads_ ? backlog_ : 0; }

 private:
  bool is_due(time_point now, std::size_t held, std::size_t room) const;
  news lose(time_point again);
  std::chrono::milliseconds pause() const { return limits_.lease / 3; }

  std::string node_;
  limits limits_;
  std::uint64_t term_ = 1;         ///< as the script has it
  std::string cursor_ = "0-0";     ///< as the script has it
  std::string last_ = "0-0";       ///< everything up to it has been read
  std::vector<std::string> done_;  ///< IDs, not told yet
  std::size_t telling_ = 0;        ///< of them, how many the question names
  std::size_t most_ = 0;           ///< entries that the question wants
  std::uint64_t backlog_ = 0;
  time_point asked_{};
  time_point next_{};
  bool asking_ = false;
  bool reads_ = false;
  bool more_ = false;  ///< there may be entries to read
  bool resigning_ = false;
  bool resigned_ = false;
};

}  // namespace roomd::store
