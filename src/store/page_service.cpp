#include "store/page_service.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

namespace roomd::store {
namespace {

constexpr std::size_t page_messages = 1000;  ///< at most, of a page that the engine reads

}  // namespace

void page_service::on(const read_page& m, bool deflates) {
  if (is_elsewhere(room_.page_log(), m.next)) return read_elsewhere(m, deflates);
  answer(m, cut_page(room_.page_log(), m.next, {SIZE_MAX, m.bytes}, pages_, deflates));
}

void page_service::read_elsewhere(const read_page& m, bool deflates) {
  const room_log& l = room_.page_log();
  const page_range range{std::max(m.next, l.first()), 0, {page_messages, m.bytes}};
  if (const auto page = pages_.find(range.from, range.bounds, l.head()))
    return answer_from(page, {m, deflates});
  page_read later;
  later.later = true;
  answer(m, std::move(later));
  if (const auto under_way = find(range); under_way != asked_.end()) {
    under_way->readers.push_back({m, deflates});
    return;
  }
  asked_.push_back({range, {{m, deflates}}});
  room_.read_from_engine(range);
}

void page_service::take(const page_range& range, result<room_store::pages> answer) {
  const auto found = find(range);
  if (found == asked_.end()) return;
  if (!answer && !found->readers.empty()) return room_.read_from_engine(range);
  const auto readers = std::move(found->readers);
  asked_.erase(found);
  if (!answer) return;
  if (answer->empty()) {  // too old by now, and the log knows
    for (const auto& r : readers) on(r.what, r.deflates);
    return;
  }
  auto page = std::make_shared<batch>();
  for (auto& m : *answer) page->add(std::move(m));
  pages_.add(page, range.bounds, room_.page_log().head(), page_source::engine);
  for (const auto& r : readers) answer_from(page, r);
}

void page_service::forget(session_address session) {
  for (auto& each : asked_)
    std::erase_if(each.readers, [&](const reader& r) { return r.what.from.session == session; });
}

void page_service::renumbered() {
  for (auto& each : asked_) each.readers.clear();
}

void page_service::answer_from(const page_ptr& page, const reader& r) {
  answer(r.what, page_from_elsewhere(page, r.what.next, r.deflates));
}

void page_service::answer(const read_page& m, page_read page) {
  page.to = m.from;
  page.number = number_;
  room_.answer_page(std::move(page));
}

std::vector<page_service::asked_page>::iterator page_service::find(const page_range& range) {
  return std::find_if(asked_.begin(), asked_.end(), [&](const auto& a) { return a.range == range; });
}

}  // namespace roomd::store
