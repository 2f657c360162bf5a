#include "core/resume.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace roomd {

namespace {

/// Everything kept follows, and `lost` says what does not.
resume_plan from_oldest(const room_log& log, std::string_view session_id, notice lost) {
  return {log.first(), false, log.count_for(log.first() - 1, session_id), std::move(lost)};
}

resume_plan from_position(const room_log& log, const position& since, std::string_view session_id) {
  const auto common = log.common(since);
  if (!common) return from_oldest(log, session_id, epoch_notice{{log.numbering(), log.first() - 1}});
  const sequence agreed = std::min(*common, log.head());
  const bool lost = agreed < since.seq;
  if (agreed + 1 < log.first()) {
    if (lost) return from_oldest(log, session_id, epoch_notice{{log.numbering(), log.first() - 1}});
    return from_oldest(log, session_id, gap_notice{agreed + 1, log.first() - 1});
  }
  if (!lost) return {agreed + 1, true, log.count_for(agreed, session_id), {}};
  return {agreed + 1, false, log.count_for(agreed, session_id), epoch_notice{{log.numbering(), agreed}}};
}

}  // namespace

resume_plan plan_join(const room_log& log, const std::optional<position>& since,
                      std::optional<std::uint64_t> last, std::string_view session_id) {
  assert(!since || !last);
  if (since) return from_position(log, *since, session_id);
  const sequence kept = log.head() + 1 - log.first();
  const sequence after = log.head() - std::min<sequence>(last.value_or(0), kept);
  return {after + 1, true, log.count_for(after, session_id), {}};
}

namespace {

page_ptr read_page_at(const room_log& log, sequence next, page_bounds b) {
  const auto messages = log.read(next, b);
  if (messages.empty()) return nullptr;
  auto page = std::make_shared<batch>();
  for (const auto& m : messages) page->add(m);
  return page;
}

}  // namespace

page_read cut_page(const room_log& log, sequence next, page_bounds b, page_cache& cache, bool deflates) {
  assert(b.messages > 0);
  assert(!is_elsewhere(log, next));
  page_read page;
  if (next < log.first()) page.gap = gap_notice{next, log.first() - 1};
  page.next = std::clamp(next, log.first(), log.head() + 1);
  page.messages = cache.find(page.next, b, log.head());
  if (!page.messages && (page.messages = read_page_at(log, page.next, b)))
    cache.add(page.messages, b, log.head());
  if (page.messages) {
    (void)page.messages->joined(deflates);  // each form is made here before anybody is sent it
    page.next = page.messages->next();
  }
  page.caught_up = page.next > log.head();
  return page;
}

bool is_elsewhere(const room_log& log, sequence next) { return std::max(next, log.first()) < log.held(); }

page_read page_from_elsewhere(const page_ptr& messages, sequence next, bool deflates) {
  page_read page;
  if (next < messages->first()) page.gap = gap_notice{next, messages->first() - 1};
  (void)messages->joined(deflates);
  page.messages = messages;
  page.next = messages->next();
  return page;
}

}  // namespace roomd
