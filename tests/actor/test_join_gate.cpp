#include <memory>
#include <new>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "actors/join_gate.hpp"

#include "catch.hpp"

using namespace roomd;
using namespace roomd::actors;

namespace {

/// A gate whose requests are noted as `SESSION:KIND`, once they have passed.
struct gate_rig {
  turn_queue turns;
  std::vector<std::string> passed;
  join_gate gate{
      turns, [this](protocol::room_request&& r) { std::visit([this](const auto& what) { note(what); }, r); },
      16};

  ~gate_rig() { gate.stop(); }

  void note(const join_room& r) { passed.push_back(r.room + ":join"); }
  template <class T>
  void note(const T& r) {
    passed.push_back(r.room + ":other");
  }
  /// The room's name says whose request it is.
  void join(std::uint64_t session) {
    join_room r;
    r.room = std::to_string(session);
    gate.request(session, std::move(r));
  }
  void publish(std::uint64_t session) {
    publish_message r;
    r.room = std::to_string(session);
    gate.request(session, std::move(r));
  }
  void join_all(std::uint64_t first, std::uint64_t last) {
    for (auto s = first; s <= last; ++s) join(s);
  }
};

}  // namespace

TEST_CASE("join gate: a turn's first joins pass at once, the others in the turns after it") {
  gate_rig rig;
  rig.join_all(1, 40);
  CHECK(rig.passed.size() == 16);
  rig.turns.end_turn();
  CHECK(rig.passed.size() == 32);
  rig.join(41);
  CHECK(rig.passed.size() == 32);
  rig.turns.end_turn();
  REQUIRE(rig.passed.size() == 41);
  for (std::size_t i = 0; i < 41; ++i) CHECK(rig.passed[i] == std::to_string(i + 1) + ":join");
  CHECK(rig.gate.waiting() == 0);
}

TEST_CASE("join gate: a turn in which joins were let through counts them") {
  gate_rig rig;
  rig.join_all(1, 26);
  rig.turns.end_turn();
  CHECK(rig.passed.size() == 26);
  rig.join_all(27, 40);
  CHECK(rig.passed.size() == 32);
}

TEST_CASE("join gate: joins that are read in spare time count for their turn") {
  struct reader final : turn_end {
    reader(gate_rig& r, std::uint64_t from) : rig(r), first(from) {}
    void on_turn_end() noexcept override { rig.join_all(first, first + 9); }
    gate_rig& rig;
    std::uint64_t first;
  };
  gate_rig rig;
  reader one(rig, 17), two(rig, 27), three(rig, 37);
  rig.join_all(1, 16);
  for (auto* r : {&one, &two, &three}) rig.turns.mark_spare(*r);
  rig.turns.end_turn();
  CHECK(rig.passed.size() == 32);
  CHECK(rig.gate.waiting() == 14);
  rig.turns.end_turn();
  CHECK(rig.passed.size() == 46);
}

TEST_CASE("join gate: it asks for no turn when nothing waits and all is as before") {
  gate_rig rig;
  rig.join_all(1, 17);
  rig.turns.end_turn();
  CHECK_FALSE(rig.turns.empty());
  rig.turns.end_turn();
  CHECK(rig.turns.empty());
  rig.join_all(18, 33);
  CHECK(rig.passed.size() == 33);
}

TEST_CASE("join gate: what a session asks stands behind its own join, others' requests do not") {
  gate_rig rig;
  rig.join_all(1, 17);
  rig.publish(17);
  rig.publish(3);
  rig.publish(99);
  REQUIRE(rig.passed.size() == 18);
  CHECK(rig.passed[16] == "3:other");
  CHECK(rig.passed[17] == "99:other");
  rig.turns.end_turn();
  REQUIRE(rig.passed.size() == 20);
  CHECK(rig.passed[18] == "17:join");
  CHECK(rig.passed[19] == "17:other");
  rig.publish(17);
  CHECK(rig.passed.size() == 21);
}

TEST_CASE("join gate: what is no join is never counted") {
  gate_rig rig;
  for (std::uint64_t s = 1; s <= 100; ++s) rig.publish(s);
  CHECK(rig.passed.size() == 100);
  CHECK(rig.turns.empty());
}

TEST_CASE("join gate: one join a turn passes while more waits for spare time than a turn gets through") {
  struct waiting final : turn_end {
    void on_turn_end() noexcept override {}
  };
  gate_rig rig;
  std::vector<std::unique_ptr<waiting>> crowd;
  while (!rig.turns.crowded()) rig.turns.mark_spare(*crowd.emplace_back(std::make_unique<waiting>()));
  rig.join_all(1, 40);
  CHECK(rig.passed.size() == 16);
  for (std::size_t turn = 1; turn <= 3; ++turn) {
    rig.turns.end_turn([] { return false; });
    CHECK(rig.passed.size() == 16 + turn);
  }
  rig.turns.end_turn();
  rig.turns.end_turn();
  CHECK(rig.passed.size() == 36);
}

TEST_CASE("join gate: a request that cannot be passed on is lost alone") {
  turn_queue turns;
  std::vector<std::string> passed;
  join_gate gate{turns,
                 [&](protocol::room_request&& r) {
                   auto& j = std::get<join_room>(r);
                   if (j.room == "17") throw std::bad_alloc();
                   passed.push_back(std::move(j.room));
                 },
                 16};
  for (std::uint64_t s = 1; s <= 20; ++s) {
    join_room r;
    r.room = std::to_string(s);
    gate.request(s, std::move(r));
  }
  turns.end_turn();
  CHECK(passed.size() == 19);
  CHECK(gate.waiting() == 0);
  gate.stop();
}

TEST_CASE("join gate: what is no join waits for memory, and what its session asks later waits behind it") {
  turn_queue turns;
  std::vector<std::string> passed;
  int failures = 0;
  join_gate gate{turns,
                 [&](protocol::room_request&& r) {
                   if (std::holds_alternative<leave_room>(r) && failures < 2) {
                     ++failures;
                     throw std::bad_alloc();
                   }
                   passed.push_back(std::visit([](const auto& what) { return what.room; }, r));
                 },
                 1};
  const auto join = [&](std::uint64_t session, const char* room) {
    join_room r;
    r.room = room;
    gate.request(session, std::move(r));
  };
  join(1, "first");
  join(2, "second");
  gate.request(2, leave_room{"left", {}, false});
  gate.request(2, update_info{"told", {}, nullptr, 1});
  for (int turn = 0; turn < 10 && !turns.empty(); ++turn) turns.end_turn();
  CHECK(failures == 2);
  CHECK(passed == std::vector<std::string>{"first", "second", "left", "told"});
  CHECK(gate.waiting() == 0);
  gate.stop();
}
