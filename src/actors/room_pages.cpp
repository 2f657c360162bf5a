// What sessions read of a room: pages for cursors, and history. What the room's log holds is answered at once; for what
// only the engine keeps it is asked, once for all who want the same page.
#include <algorithm>
#include <utility>

#include "actors/room.hpp"
#include "core/resume.hpp"

namespace roomd::actors {
namespace {

constexpr std::size_t page_messages = 1000;  ///< at most, of a page that the engine reads

}  // namespace

// Answered also for a session that has left meanwhile: it waits for the answer before it asks for another room's.
void room::on(const read_page& m) {
  const auto* member = members_.find(m.from.session);
  if (member && is_elsewhere(log(), m.next)) return read_elsewhere(m);
  page_read a;
  if (member) a = cut_page(log(), m.next, {SIZE_MAX, m.bytes}, pages_, member->deflates);
  a.to = m.from;
  a.number = number_;
  answer(std::move(a));
}

void room::read_elsewhere(const read_page& m) {
  const room_log& l = log();
  const store::page_range range{std::max(m.next, l.first()), 0, {page_messages, m.bytes}};
  if (const auto page = pages_.find(range.from, range.bounds, l.head())) return answer_from(page, m);
  const auto under_way =
      std::find_if(asked_.begin(), asked_.end(), [&](const auto& a) { return a.range == range; });
  if (under_way != asked_.end()) return under_way->who.push_back(m);
  asked_.push_back({range, {m}});
  open_->read(range, [this, range](store::room_store::pages messages) {
    guarded([&] { take_page(range, std::move(messages)); });
  });
}

void room::take_page(const store::page_range& range, store::room_store::pages messages) {
  const auto found =
      std::find_if(asked_.begin(), asked_.end(), [&](const auto& a) { return a.range == range; });
  const auto who = std::move(found->who);
  asked_.erase(found);
  if (messages.empty()) {  // too old by now, and the log knows
    for (const auto& m : who) on(m);
    return;
  }
  auto page = std::make_shared<batch>();
  for (auto& m : messages) page->add(std::move(m));
  pages_.add(page, range.bounds, log().head(), page_source::engine);
  for (const auto& m : who) answer_from(page, m);
}

void room::answer_from(const page_ptr& page, const read_page& m) {
  const auto* member = members_.find(m.from.session);
  page_read a;
  if (member) a = page_from_elsewhere(page, m.next, member->deflates);
  a.to = m.from;
  a.number = number_;
  answer(std::move(a));
}

void room::on(const read_history& m) {
  const room_log& l = log();
  const page_bounds bounds{static_cast<std::size_t>(m.limit), state_.settings->session.outbox_bytes / 2};
  const sequence end = std::min(m.before.value_or(l.head() + 1), l.head() + 1);
  const sequence oldest = m.since ? *m.since + 1 : end - std::min<sequence>(end - 1, m.limit);
  if (oldest < end && is_elsewhere(l, oldest)) {
    const store::page_range range = m.since ? store::page_range{std::max(oldest, l.first()), 0, bounds}
                                            : store::page_range{0, end, bounds};
    return open_->read(range, [this, m](store::room_store::pages messages) {
      guarded([&] { answer_history(m, std::move(messages)); });
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
