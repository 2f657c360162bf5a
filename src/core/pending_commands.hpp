// The commands of one session that wait for their rooms' answers, oldest first. Answers of different rooms
// come in any order, or not at all: then the deadline ends the wait. Owned by the session. The caller keeps
// to `limits.commands_in_flight` by reading no more commands at that bound; so operations may take time in
// proportion. An empty one holds no heap memory, since most sessions are idle most of the time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/time.hpp"

namespace roomd {

/// `ephemeral`: a publish that is not kept.
enum class command_kind : std::uint8_t { join, leave, publish, ephemeral, history, members, identity };

struct pending_command {
  std::uint64_t serial = 0;  ///< the session's own number for it, which the answer repeats
  command_id id = 0;         ///< what the reply repeats
  command_kind kind = command_kind::join;
  std::string room;
  time_point deadline{};
  std::size_t bytes = 0;  ///< of what it carries
};

/// What waits in all sessions of a shard.
struct command_tally {
  std::size_t commands = 0;
  std::size_t bytes = 0;
};

class pending_commands {
 public:
  /// `all`: is kept up to date. Null: nobody asks.
  explicit pending_commands(command_tally* all = nullptr) : all_(all) {}
  pending_commands(const pending_commands&) = delete;
  pending_commands& operator=(const pending_commands&) = delete;
  ~pending_commands();

  /// Returns the serial: counted from 1, never used again.
  std::uint64_t add(command_id id, command_kind kind, std::string room, time_point deadline,
                    std::size_t bytes = 0);
  /// The answer came. Nothing: it came too late, or the room's failure has ended the wait.
  std::optional<pending_command> take(std::uint64_t serial);
  /// The oldest of those whose deadline is over.
  std::optional<pending_command> take_overdue(time_point now);
  /// The earliest of all deadlines.
  std::optional<time_point> deadline() const;
  /// The room failed: all that wait for it, oldest first.
  std::vector<pending_command> take_room(std::string_view room);

  /// Whether that one still waits.
  bool contains(std::uint64_t serial) const;
  /// The serial of the newest that waits for the room; 0: none does.
  std::uint64_t newest_of(std::string_view room) const;
  /// The same, of one kind.
  std::uint64_t newest_of(std::string_view room, command_kind kind) const;
  /// Whether the newest join or leave that waits for the room is a join; nothing: none waits.
  std::optional<bool> will_be_in(std::string_view room) const;
  /// How many rooms that `counts(room)` are among those of the joins that wait and that no leave follows. O(n²).
  template <class Counts>
  std::size_t rooms_to_join(Counts counts) const {
    return static_cast<std::size_t>(
        std::count_if(waiting_.begin(), waiting_.end(), [&](const pending_command& c) {
          return c.kind == command_kind::join && c.serial == newest_change_of(c.room) && counts(c.room);
        }));
  }

  std::size_t size() const { return waiting_.size(); }
  bool empty() const { return waiting_.empty(); }
  /// What all that wait carry.
  std::size_t bytes() const { return bytes_; }

 private:
  using commands = std::vector<pending_command>;

  /// Serial of the newest join or leave that waits for the room; 0: none does.
  std::uint64_t newest_change_of(std::string_view room) const;
  pending_command take_at(commands::iterator place);
  void release_memory();
  void count(const pending_command& c, bool comes);

  command_tally* all_;
  commands waiting_;  ///< ascending by serial
  std::uint64_t last_serial_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace roomd
