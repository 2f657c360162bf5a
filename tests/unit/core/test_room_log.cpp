#include <chrono>
#include <vector>

#include "core/room_log.hpp"

#include "catch.hpp"
#include "unit/core/log_tools.hpp"

using namespace roomd;
using namespace std::chrono_literals;

namespace {

constexpr log_bounds wide{1000, 1000000, 1h};
constexpr page_bounds whole{1000, 1000000};
using seqs = std::vector<sequence>;

/// A log with the messages from 1 to `head`, one a second, 1,000 bytes each.
room_log filled(log_bounds b, sequence head) {
  room_log log("e", b);
  for (sequence s = 1; s <= head; ++s) log.append(make_message(s), at(std::chrono::seconds(s)));
  return log;
}

}  // namespace

TEST_CASE("room log: a new one begins behind its head and holds nothing") {
  const room_log log("e", wide, 41);
  CHECK(log.numbering() == "e");
  CHECK(log.head() == 41);
  CHECK(log.first() == 42);
  CHECK(log.empty());
  CHECK(log.bytes() == 0);
  CHECK_FALSE(log.next_expiry());
  CHECK(log.read(1, whole).empty());
  CHECK(log.newest({}, whole).empty());
}

TEST_CASE("room log: over the bound in messages the oldest go") {
  const auto log = filled({3, 1000000, 1h}, 5);
  CHECK(numbers(log.read(1, whole)) == seqs{3, 4, 5});
  CHECK(log.first() == 3);
  CHECK(log.head() == 5);
  CHECK(log.bytes() == 3000);
}

TEST_CASE("room log: over the bound in bytes the oldest go") {
  auto log = filled({1000, 3500, 1h}, 5);
  CHECK(log.first() == 3);
  log.append(make_message(6, 2000), at(6s));
  CHECK(numbers(log.read(1, whole)) == seqs{5, 6});
  CHECK(log.bytes() == 3000);
}

TEST_CASE("room log: a message over the whole bound in bytes is numbered but not kept") {
  auto log = filled({1000, 3500, 1h}, 2);
  log.append(make_message(3, 3501), at(3s));
  CHECK(log.empty());
  CHECK(log.bytes() == 0);
  CHECK(log.head() == 3);
  CHECK(log.first() == 4);
}

TEST_CASE("room log: a message goes when it is as old as the bound") {
  auto log = filled({1000, 1000000, 10s}, 3);
  CHECK(log.next_expiry() == at(11s));
  log.expire(at(11s) - 1ns);
  CHECK(log.size() == 3);
  log.expire(at(11s));
  CHECK(log.first() == 2);
  CHECK(log.next_expiry() == at(12s));
}

TEST_CASE("room log: head and epoch outlive the messages") {
  auto log = filled(wide, 3);
  log.expire(at(2h));
  CHECK(log.empty());
  CHECK(log.head() == 3);
  CHECK(log.numbering() == "e");
  log.append(make_message(4), at(2h));
  CHECK(numbers(log.read(1, whole)) == seqs{4});
}

TEST_CASE("room log: with any bound at zero only the head counts on") {
  for (const log_bounds b :
       {log_bounds{0, 1000000, 1h}, log_bounds{1000, 0, 1h}, log_bounds{1000, 1000000, 0s}}) {
    const auto log = filled(b, 3);
    CHECK(log.empty());
    CHECK(log.head() == 3);
  }
}

TEST_CASE("room log: shedding drops the oldest until so many bytes are free") {
  auto log = filled(wide, 5);
  log.shed(0);
  CHECK(log.size() == 5);
  log.shed(1001);
  CHECK(log.first() == 3);
  log.shed(1000000);
  CHECK(log.empty());
  CHECK(log.head() == 5);
}

TEST_CASE("room log: a restart drops everything and numbers anew") {
  auto log = filled(wide, 5);
  log.restart("f", 2);
  CHECK(log.numbering() == "f");
  CHECK(log.empty());
  CHECK(log.bytes() == 0);
  log.append(make_message(3), at(1min));
  CHECK(numbers(log.read(1, whole)) == seqs{3});
}

TEST_CASE("room log: reading begins at a number, or at the oldest kept") {
  const auto log = filled({3, 1000000, 1h}, 5);
  CHECK(numbers(log.read(0, whole)) == seqs{3, 4, 5});
  CHECK(numbers(log.read(4, whole)) == seqs{4, 5});
  CHECK(log.read(6, whole).empty());
  CHECK(log.read(~sequence{0}, whole).empty());
}

TEST_CASE("room log: a reading ends at its bounds") {
  const auto log = filled(wide, 5);
  CHECK(numbers(log.read(2, {2, 1000000})) == seqs{2, 3});
  const auto on_the_wire = make_message(2)->native.size();
  CHECK(numbers(log.read(2, {1000, 3 * on_the_wire})) == seqs{2, 3, 4});
  CHECK(numbers(log.read(2, {1000, 3 * on_the_wire - 1})) == seqs{2, 3});
  CHECK(log.read(2, {0, 3000}).empty());
}

TEST_CASE("room log: the first message of a reading comes whatever its size") {
  const auto log = filled(wide, 5);
  CHECK(numbers(log.read(2, {1000, 0})) == seqs{2});
  CHECK(numbers(log.newest({}, {1000, 0})) == seqs{5});
}

TEST_CASE("room log: the newest come in ascending order, below a number where one is given") {
  const auto log = filled({4, 1000000, 1h}, 6);
  CHECK(numbers(log.newest({}, {2, 1000000})) == seqs{5, 6});
  CHECK(numbers(log.newest({}, {1000, 2500})) == seqs{5, 6});
  CHECK(numbers(log.newest(5, whole)) == seqs{3, 4});
  CHECK(numbers(log.newest(100, whole)) == seqs{3, 4, 5, 6});
  CHECK(log.newest(3, whole).empty());
  CHECK(log.newest(0, whole).empty());
}

TEST_CASE("room log: a session's own messages count only where it asked for their echo") {
  room_log log("e", wide);
  log.append(make_message(1, 1000, "a"), at(1s));
  log.append(make_message(2, 1000, "a", true), at(1s));
  log.append(make_message(3, 1000, "b"), at(1s));
  CHECK(log.count_for(0, "a") == 2);
  CHECK(log.count_for(0, "b") == 2);
  CHECK(log.count_for(2, "a") == 1);
  CHECK(log.count_for(2, "b") == 0);
  CHECK(log.count_for(3, "a") == 0);
  CHECK(log.count_for(~sequence{0}, "a") == 0);
}

TEST_CASE("room log: a child goes on from the number in which it agrees") {
  auto log = filled(wide, 5);
  log.fork("child", 3);
  CHECK(log.numbering() == "child");
  CHECK(log.head() == 3);
  CHECK(numbers(log.read(1, whole)) == seqs{1, 2, 3});
  CHECK(log.bytes() == 3000);
  log.append(make_message(4), at(6s));
  CHECK(log.head() == 4);
}

TEST_CASE("room log: a child may agree in less than is held") {
  auto log = filled({2, 1000000, 1h}, 9);
  log.fork("child", 5);
  CHECK(log.empty());
  CHECK(log.head() == 5);
  CHECK(log.first() == 6);
}

TEST_CASE("room log: positions of ancestors are known as far as they agree") {
  auto log = filled(wide, 9);
  log.fork("b", 7);
  log.fork("c", 6);
  using common = std::optional<sequence>;
  CHECK(log.common({"c", 4}) == common(4));
  CHECK(log.common({"b", 6}) == common(6));
  CHECK(log.common({"b", 7}) == common(6));
  CHECK(log.common({"e", 5}) == common(5));
  CHECK(log.common({"e", 99}) == common(7));
  CHECK_FALSE(log.common({"x", 1}));
  log.descends_from({{"x", 2}});
  CHECK(log.common({"x", 3}) == common(2));
  CHECK_FALSE(log.common({"e", 1}));
}

TEST_CASE("room log: what is kept elsewhere counts as kept") {
  room_log log("e", {4, 1000000, 1h}, 7);
  log.kept_elsewhere(5);
  CHECK(log.first() == 5);
  CHECK(log.held() == 8);
  CHECK(log.count_for(0, "") == 3);
  log.append(make_message(8), at(0s));
  CHECK(log.first() == 5);
  CHECK(log.held() == 8);
  CHECK(log.count_for(5, "sender") == 2);  // what is not held is not looked at
  log.append(make_message(9), at(0s));
  CHECK(log.first() == 6);  // never more than the bound
  log.restart("f", 0);
  CHECK(log.first() == 1);
}
