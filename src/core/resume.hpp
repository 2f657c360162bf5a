// Where a session that joins begins to read, and the pages that it reads from there: promises 2 and 3 of
// docs/protocol.md. Pure functions of a room's log, called by the room in the step in which it answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/ids.hpp"
#include "core/page_cache.hpp"
#include "core/room_log.hpp"
#include "core/room_messages.hpp"

namespace roomd {

struct resume_plan {
  sequence next = 1;         ///< the first number that the session has not had and can have
  bool recovered = true;     ///< nothing between its position and `next` is lost
  std::uint64_t missed = 0;  ///< kept messages from `next` on that the session should hear
  notice what_is_lost;       ///< comes before the first message
};

/// `since` is the position that the session had reached; `last` asks for so many of the newest messages
/// instead. At most one of them is given; with neither the session begins behind the head. `session_id` is empty for a
/// session that has published nothing: O(1), else O(messages that follow).
resume_plan plan_join(const room_log& log, const std::optional<position>& since,
                      std::optional<std::uint64_t> last, std::string_view session_id);

/// The page for a cursor that stands at `next`: a gap where the log no longer reaches back so far, then
/// messages. Fills the fields `gap`, `messages`, `next` and `caught_up`. `b.messages` is at least 1, so that
/// every page gets on. A cursor beyond the head is put behind the head. O(messages returned), O(1) for a page that
/// `cache` knows. The messages are joined here, because other threads will read them; `deflates`: for a session that
/// takes compressed frames. Not for a cursor whose messages are elsewhere.
page_read cut_page(const room_log& log, sequence next, page_bounds b, page_cache& cache,
                   bool deflates = false);

/// The next messages for a cursor at `next` are kept, but not held here: the engine has to be asked for them.
bool is_elsewhere(const room_log& log, sequence next);

/// The page for a cursor at `next` out of what the engine had: consecutive numbers, at least one, from `next` on or
/// later. The cursor has not reached the head with it.
page_read page_from_elsewhere(const page_ptr& messages, sequence next, bool deflates = false);

}  // namespace roomd
