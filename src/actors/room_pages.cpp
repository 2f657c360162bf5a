// What sessions read of a room: pages for cursors, and history. What the room's log holds is answered at once; for what
// only the engine keeps it is asked, once for all who want the same page.
#include <algorithm>
#include <utility>

#include "actors/room.hpp"
#include "core/resume.hpp"

namespace roomd::actors {

// A session that has left meanwhile waits for nothing.
void room::on(const read_page& m) {
  if (const auto* member = members_.find(m.from.session)) reads_.on(m, member->deflates);
}

void room::read_from_engine(const store::page_range& what) {
  open_->read(what, [this, what](result<store::room_store::pages> found) {
    guarded([&] {
      reads_.take(what, std::move(found));
      schedule();
    });
  });
}

void room::on(const read_history& m) {
  const room_log& l = log();
  const page_bounds bounds{static_cast<std::size_t>(m.limit), m.bytes};
  const sequence end = std::min(m.before.value_or(l.head() + 1), l.head() + 1);
  const sequence oldest = m.since ? *m.since + 1 : end - std::min<sequence>(end - 1, m.limit);
  if (oldest < end && is_elsewhere(l, oldest)) {
    const store::page_range range = m.since ? store::page_range{std::max(oldest, l.first()), 0, bounds}
                                            : store::page_range{0, end, bounds};
    ++histories_;
    return open_->read(range, [this, m](result<store::room_store::pages> found) {
      guarded([&] {
        --histories_;
        found ? answer_history(m, std::move(*found)) : answer(refused{m.from, name_, found.error()});
        schedule();
      });
    });
  }
  answer_history(m, m.since ? l.read(*m.since + 1, bounds) : l.newest(m.before, bounds));
}

void room::answer_history(const read_history& m, store::room_store::pages messages) {
  const room_log& l = log();
  history_read a{m.from, name_, l.numbering(), l.first(), l.head(), {}};
  a.messages = std::move(messages);
  answer(std::move(a));
}

}  // namespace roomd::actors
