#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/resume.hpp"

#include "catch.hpp"
#include "unit/core/log_tools.hpp"

using namespace roomd;
using namespace std::chrono_literals;

namespace {

constexpr page_bounds whole{1000, 1000000};
using seqs = std::vector<sequence>;

/// 1 to `head`, of which the newest `kept` are kept; odd ones by session "odd", even ones by "even".
room_log filled(sequence head, std::size_t kept) {
  room_log log("e", {kept, 1000000, 1h});
  for (sequence s = 1; s <= head; ++s) log.append(make_message(s, 1000, s % 2 == 1 ? "odd" : "even"), at(0s));
  return log;
}

resume_plan join_since(const room_log& log, const epoch& e, sequence seq, std::string_view session = "x") {
  return plan_join(log, position{e, seq}, {}, session);
}

bool nothing_lost(const resume_plan& p) { return std::holds_alternative<std::monostate>(p.what_is_lost); }

}  // namespace

TEST_CASE("resume: a join without a position begins behind the head") {
  const auto plan = plan_join(filled(5, 10), {}, {}, "x");
  CHECK(plan.next == 6);
  CHECK(plan.recovered);
  CHECK(plan.missed == 0);
  CHECK(nothing_lost(plan));
}

TEST_CASE("resume: a join for the last few begins so many before the head") {
  const auto plan = plan_join(filled(5, 10), {}, 3, "x");
  CHECK(plan.next == 3);
  CHECK(plan.recovered);
  CHECK(plan.missed == 3);
  CHECK(nothing_lost(plan));
}

TEST_CASE("resume: a join for more of the last than are kept gets what is kept and loses nothing") {
  const auto plan = plan_join(filled(5, 2), {}, ~std::uint64_t{0}, "x");
  CHECK(plan.next == 4);
  CHECK(plan.recovered);
  CHECK(plan.missed == 2);
  CHECK(nothing_lost(plan));
}

TEST_CASE("resume: a join for the last few reaches back to what only the engine keeps") {
  auto log = filled(200, 30);
  log.kept_elsewhere(1);
  const auto plan = plan_join(log, {}, 100, "");
  CHECK(plan.next == 101);
  CHECK(plan.recovered);
  CHECK(plan.missed == 100);
  CHECK(plan_join(log, {}, ~std::uint64_t{0}, "").missed == 200);
}

TEST_CASE("resume: a join for the last none begins behind the head") {
  CHECK(plan_join(filled(5, 10), {}, 0, "x").next == 6);
}

TEST_CASE("resume: a position that the log reaches gets everything after it") {
  const auto log = filled(5, 3);
  const auto plan = join_since(log, "e", 2);
  CHECK(plan.next == 3);
  CHECK(plan.recovered);
  CHECK(plan.missed == 3);
  CHECK(nothing_lost(plan));
}

TEST_CASE("resume: a position at the head misses nothing") {
  const auto plan = join_since(filled(5, 3), "e", 5);
  CHECK(plan.next == 6);
  CHECK(plan.recovered);
  CHECK(plan.missed == 0);
}

TEST_CASE("resume: a position from before the oldest kept is told the gap") {
  const auto plan = join_since(filled(9, 3), "e", 2);
  CHECK(plan.next == 7);
  CHECK_FALSE(plan.recovered);
  CHECK(plan.missed == 3);
  const auto& gap = std::get<gap_notice>(plan.what_is_lost);
  CHECK(gap.from == 3);
  CHECK(gap.to == 6);
}

TEST_CASE("resume: in a room without history the gap reaches to the head") {
  const auto plan = join_since(filled(9, 0), "e", 2);
  CHECK(plan.next == 10);
  CHECK_FALSE(plan.recovered);
  CHECK(plan.missed == 0);
  const auto& gap = std::get<gap_notice>(plan.what_is_lost);
  CHECK(gap.from == 3);
  CHECK(gap.to == 9);
}

TEST_CASE("resume: an unknown epoch gets the numbering and everything that is kept") {
  const auto plan = join_since(filled(9, 3), "old", 8);
  CHECK(plan.next == 7);
  CHECK_FALSE(plan.recovered);
  CHECK(plan.missed == 3);
  CHECK(std::get<epoch_notice>(plan.what_is_lost).at == position{"e", 6});
}

TEST_CASE("resume: a position beyond the head is told the head and goes on live") {
  for (const sequence beyond : {sequence{10}, ~sequence{0}}) {
    const auto plan = join_since(filled(9, 3), "e", beyond);
    CHECK(plan.next == 10);
    CHECK_FALSE(plan.recovered);
    CHECK(plan.missed == 0);
    CHECK(std::get<epoch_notice>(plan.what_is_lost).at == position{"e", 9});
  }
}

TEST_CASE("resume: what the session published itself is not counted as missed") {
  CHECK(join_since(filled(5, 10), "e", 0, "odd").missed == 2);
  CHECK(plan_join(filled(5, 10), {}, 3, "odd").missed == 1);
}

TEST_CASE("resume: for a session that has published nothing all of them are missed") {
  CHECK(join_since(filled(5, 10), "e", 1, "").missed == 4);
  CHECK(join_since(filled(9, 3), "e", 1, "").missed == 3);
  CHECK(join_since(filled(9, 3), "e", 9, "").missed == 0);
  CHECK(plan_join(filled(5, 10), {}, 3, "").missed == 3);
}

TEST_CASE("page: it holds the messages from the cursor on and says where the cursor stands then") {
  page_keeper keeper(1 << 20);
  page_cache cache(keeper);
  const auto page = cut_page(filled(9, 100), 3, {4, 1000000}, cache);
  CHECK_FALSE(page.gap);
  CHECK(numbers(*page.messages) == seqs{3, 4, 5, 6});
  CHECK(page.next == 7);
  CHECK_FALSE(page.caught_up);
}

TEST_CASE("page: one that reaches the head is caught up") {
  const auto log = filled(9, 100);
  page_keeper keeper(1 << 20);
  page_cache cache(keeper);
  CHECK(cut_page(log, 8, {2, 1000000}, cache).caught_up);
  const auto empty = cut_page(log, 10, whole, cache);
  CHECK_FALSE(empty.messages);
  CHECK(empty.next == 10);
  CHECK(empty.caught_up);
}

TEST_CASE("page: a gap stands for what the log no longer has") {
  page_keeper keeper(1 << 20);
  page_cache cache(keeper);
  const auto page = cut_page(filled(9, 3), 2, {1, 0}, cache);
  REQUIRE(page.gap);
  CHECK(page.gap->from == 2);
  CHECK(page.gap->to == 6);
  CHECK(numbers(*page.messages) == seqs{7});
  CHECK(page.next == 8);
}

TEST_CASE("page: without history the gap alone catches up") {
  page_keeper keeper(1 << 20);
  page_cache cache(keeper);
  const auto page = cut_page(filled(9, 0), 2, whole, cache);
  REQUIRE(page.gap);
  CHECK(page.gap->to == 9);
  CHECK(page.next == 10);
  CHECK(page.caught_up);
}

TEST_CASE("page: a cursor beyond the head is put behind the head") {
  page_keeper keeper(1 << 20);
  page_cache cache(keeper);
  const auto page = cut_page(filled(9, 3), 12, whole, cache);
  CHECK_FALSE(page.gap);
  CHECK(page.next == 10);
  CHECK(page.caught_up);
}

TEST_CASE("page: who asks for one that was read lately gets the same one") {
  const auto log = filled(9, 100);
  page_keeper keeper(1 << 20);
  page_cache cache(keeper);
  const auto first = cut_page(log, 3, {4, 1000000}, cache);
  CHECK(cut_page(log, 3, {4, 1000000}, cache).messages == first.messages);
  CHECK(cut_page(log, 3, {5, 1000000}, cache).messages != first.messages);
  CHECK(cut_page(log, 4, {4, 1000000}, cache).messages != first.messages);
}

TEST_CASE("page: one that nobody has asked for lately is forgotten, and read anew") {
  const auto log = filled(9, 100);
  page_keeper keeper(1 << 20);
  page_cache cache(keeper);
  const std::weak_ptr<const batch> gone = cut_page(log, 3, whole, cache).messages;
  keeper.sweep();
  CHECK_FALSE(gone.expired());
  keeper.sweep();
  CHECK(gone.expired());
  CHECK(numbers(*cut_page(log, 3, whole, cache).messages).size() == 7);
}

TEST_CASE("page: one that reached the head is not the same page when there is more") {
  auto log = filled(9, 100);
  page_keeper keeper(1 << 20);
  page_cache cache(keeper);
  const auto before = cut_page(log, 8, {2, 1000000}, cache);
  const auto full = cut_page(log, 3, {2, 1000000}, cache);
  log.append(make_message(10, 1000, "even"), at(0s));
  CHECK(numbers(*cut_page(log, 8, {3, 1000000}, cache).messages) == seqs{8, 9, 10});
  CHECK(cut_page(log, 8, {2, 1000000}, cache).messages != before.messages);
  CHECK(cut_page(log, 3, {2, 1000000}, cache).messages == full.messages);
}

TEST_CASE("page: the same one serves who takes compressed frames, joined in its form") {
  const auto log = filled(9, 100);
  page_keeper keeper(1 << 20);
  page_cache cache(keeper);
  const auto plain = cut_page(log, 3, {4, 1000000}, cache);
  const auto compressed = cut_page(log, 3, {4, 1000000}, cache, true);
  CHECK(compressed.messages == plain.messages);
  CHECK(compressed.messages->joined(true) == plain.messages->joined());  // nothing in this log is compressed
}

TEST_CASE("resume: a position of an ancestor that agrees is recovered") {
  auto log = filled(9, 100);
  log.fork("child", 6);
  const auto plan = join_since(log, "e", 5);
  CHECK(plan.recovered);
  CHECK(plan.next == 6);
  CHECK(nothing_lost(plan));
}

TEST_CASE("resume: a position that an ancestor had beyond the parting is told where they part") {
  auto log = filled(9, 100);
  log.fork("child", 6);
  log.append(make_message(7), at(0s));
  const auto plan = join_since(log, "e", 8);
  CHECK_FALSE(plan.recovered);
  CHECK(plan.next == 7);
  CHECK(plan.missed == 1);
  REQUIRE(std::holds_alternative<epoch_notice>(plan.what_is_lost));
  CHECK(std::get<epoch_notice>(plan.what_is_lost).at == position{"child", 6});
}

TEST_CASE("resume: beyond a parting that is no longer kept, it begins with the oldest") {
  auto log = filled(9, 3);
  log.fork("child", 8);
  for (sequence s = 9; s <= 12; ++s) log.append(make_message(s), at(0s));
  const auto plan = join_since(log, "e", 9);
  CHECK_FALSE(plan.recovered);
  CHECK(plan.next == log.first());
  REQUIRE(std::holds_alternative<epoch_notice>(plan.what_is_lost));
  CHECK(std::get<epoch_notice>(plan.what_is_lost).at == position{"child", log.first() - 1});
}

TEST_CASE("resume: what is kept elsewhere is recovered, and asked for there") {
  room_log log("e", {100, 1000000, 1h}, 7);
  log.kept_elsewhere(3);
  log.append(make_message(8), at(0s));
  const auto plan = join_since(log, "e", 3);
  CHECK(plan.recovered);
  CHECK(plan.next == 4);
  CHECK(plan.missed == 5);
  CHECK(is_elsewhere(log, 4));
  CHECK(is_elsewhere(log, 1));
  CHECK_FALSE(is_elsewhere(log, 8));
  CHECK_FALSE(is_elsewhere(log, 9));
}

TEST_CASE("resume: a page from elsewhere tells of what is gone before it") {
  auto messages = std::make_shared<batch>();
  for (sequence s = 5; s <= 6; ++s) messages->add(make_message(s));
  const auto page = page_from_elsewhere(messages, 3);
  REQUIRE(page.gap);
  CHECK(page.gap->from == 3);
  CHECK(page.gap->to == 4);
  CHECK(page.next == 7);
  CHECK_FALSE(page.caught_up);
  CHECK_FALSE(page_from_elsewhere(messages, 5).gap);
}
