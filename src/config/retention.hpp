// `rooms.retention`: rooms that keep more or less than the others. Pure.
//
// An entry is `PATTERN KEY=VALUE …`, such as `cursor:* history_size=0`. The keys are those of `rooms.history_*` and
// `rooms.dedup_*`; what an entry does not name is as in `[rooms]`. In the pattern `*` stands for any number of characters,
// none too; a pattern may have spaces. The first entry that a room's name matches holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace roomd::config {

struct retention_entry {
  std::string pattern;
  room_settings values;               ///< with the entry's own laid over
  std::vector<std::string> mistakes;  ///< each for people, and names the entry
};

/// `text` over `below`.
retention_entry parse_retention(std::string_view text, const settings& below);

/// All entries of `s.rooms.retention`, in their order.
std::vector<retention_entry> retention_entries(const settings& s);

}  // namespace roomd::config
