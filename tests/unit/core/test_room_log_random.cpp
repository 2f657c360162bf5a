// Random runs of operations on a room's log, against a model too plain to be wrong.
#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "core/room_log.hpp"

#include "catch.hpp"
#include "unit/core/log_tools.hpp"

using namespace roomd;
using seqs = std::vector<sequence>;

namespace {

/// The obvious log: a list searched from end to end.
struct model {
  struct entry {
    message_ptr what;
    time_point when;
  };
  log_bounds bounds;
  std::deque<entry> kept;

  std::size_t bytes() const {
    std::size_t sum = 0;
    for (const auto& e : kept) sum += e.what->size();
    return sum;
  }
  void trim(time_point now) {
    while (!kept.empty() && (kept.size() > bounds.messages || bytes() > bounds.bytes ||
                             now - kept.front().when >= bounds.age)) {
      kept.pop_front();
    }
  }
  seqs read(sequence from, page_bounds b) const {
    seqs found;
    std::size_t sum = 0;
    for (const auto& e : kept) {
      if (e.what->seq < from) continue;
      sum += e.what->native.size();
      if (found.size() == b.messages || (!found.empty() && sum > b.bytes)) break;
      found.push_back(e.what->seq);
    }
    return found;
  }
  seqs newest(std::optional<sequence> before, page_bounds b) const {
    seqs found;
    std::size_t sum = 0;
    for (auto e = kept.rbegin(); e != kept.rend(); ++e) {
      if (before && e->what->seq >= *before) continue;
      sum += e->what->native.size();
      if (found.size() == b.messages || (!found.empty() && sum > b.bytes)) break;
      found.insert(found.begin(), e->what->seq);
    }
    return found;
  }
  std::size_t count_for(sequence after, std::string_view session) const {
    const auto hears = [&](const entry& e) { return e.what->seq > after && e.what->is_for(session); };
    return static_cast<std::size_t>(std::count_if(kept.begin(), kept.end(), hears));
  }
};

bool same(const room_log& log, const model& m, sequence head) {
  return log.head() == head && log.size() == m.kept.size() && log.bytes() == m.bytes() &&
         log.empty() == m.kept.empty() &&
         log.first() == (m.kept.empty() ? head + 1 : m.kept.front().what->seq) &&
         log.next_expiry().has_value() == !m.kept.empty();
}

bool reads_same(const room_log& log, const model& m, dice& d) {
  const sequence where = d.below(log.head() + 4);
  const page_bounds b{d.below(12), d.below(6000)};
  const auto before = d.one_in(3) ? std::nullopt : std::optional<sequence>(where);
  const std::string session(1, static_cast<char>('a' + d.below(3)));
  return numbers(log.read(where, b)) == m.read(where, b) &&
         numbers(log.newest(before, b)) == m.newest(before, b) &&
         log.count_for(where, session) == m.count_for(where, session);
}

}  // namespace

TEST_CASE("room log: any run of operations leaves what the obvious log would hold") {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    dice d(seed);
    const log_bounds bounds{d.below(20), d.below(15000), std::chrono::milliseconds(d.below(100))};
    sequence head = d.below(5);
    room_log log("e", bounds, head);
    model m{bounds, {}};
    time_point now{};
    for (int step = 0; step < 50; ++step) {
      now += std::chrono::milliseconds(d.below(6));
      if (!d.one_in(5)) {
        auto what = make_message(++head, d.between(200, 2000),
                                 std::string(1, static_cast<char>('a' + d.below(3))), d.one_in(2));
        m.kept.push_back({what, now});
        log.append(std::move(what), now);
        m.trim(now);
      } else if (d.one_in(10)) {
        head = d.below(10);
        log.restart("f", head);
        m.kept.clear();
      } else if (d.one_in(4)) {
        const std::size_t freed = d.below(3000);
        const std::size_t goal = m.bytes() - std::min(m.bytes(), freed);
        log.shed(freed);
        while (m.bytes() > goal) m.kept.pop_front();
      } else {
        log.expire(now);
        m.trim(now);
      }
      REQUIRE((same(log, m, head) && reads_same(log, m, d)));
    }
  }
}
