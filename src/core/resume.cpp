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
  if (since.epoch != log.numbering()) {
    return from_oldest(log, session_id, epoch_notice{{log.numbering(), log.first() - 1}});
  }
  if (since.seq > log.head()) {
    return {log.head() + 1, false, 0, epoch_notice{{log.numbering(), log.head()}}};
  }
  const sequence next = since.seq + 1;
  if (next < log.first()) return from_oldest(log, session_id, gap_notice{next, log.first() - 1});
  return {next, true, log.count_for(since.seq, session_id), {}};
}

}  // namespace

resume_plan plan_join(const room_log& log, const std::optional<position>& since,
                      std::optional<std::uint64_t> last, std::string_view session_id) {
  assert(!since || !last);
  if (since) return from_position(log, *since, session_id);
  const sequence after = log.head() - std::min<sequence>(last.value_or(0), log.size());
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

}  // namespace roomd
