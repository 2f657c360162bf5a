#include <algorithm>
#include <random>

#include "core/pending_commands.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using roomd::command_kind;
using roomd::pending_command;
using roomd::pending_commands;
using roomd::time_point;

namespace {

const time_point start{1h};

std::vector<std::uint64_t> serials(const std::vector<pending_command>& commands) {
  std::vector<std::uint64_t> all;
  for (const auto& c : commands) all.push_back(c.serial);
  return all;
}

std::uint64_t serial(const std::optional<pending_command>& c) { return c ? c->serial : 0; }

}  // namespace

TEST_CASE("pending commands: an answer finds its command, once") {
  pending_commands pending;
  CHECK(pending.add(41, command_kind::join, "a", start + 10s) == 1);
  CHECK(pending.add(42, command_kind::publish, "b", start + 10s) == 2);
  const auto second = pending.take(2);
  REQUIRE(second);
  CHECK(second->id == 42);
  CHECK(second->kind == command_kind::publish);
  CHECK(second->room == "b");
  CHECK_FALSE(pending.take(2));
  CHECK(pending.size() == 1);
}

TEST_CASE("pending commands: serials are not used again") {
  pending_commands pending;
  pending.take(pending.add(1, command_kind::leave, "a", start));
  CHECK(pending.add(1, command_kind::leave, "a", start) == 2);
  CHECK_FALSE(pending.take(0));
  CHECK_FALSE(pending.take(1));
  CHECK_FALSE(pending.take(3));
}

TEST_CASE("pending commands: time-outs take the oldest of the overdue, one at a time") {
  pending_commands pending;
  pending.add(1, command_kind::publish, "a", start + 3s);
  pending.add(2, command_kind::publish, "a", start + 1s);
  pending.add(3, command_kind::publish, "a", start + 2s);
  CHECK(pending.deadline() == start + 1s);
  CHECK_FALSE(pending.take_overdue(start + 999ms));
  CHECK(serial(pending.take_overdue(start + 2s)) == 2);
  CHECK(serial(pending.take_overdue(start + 2s)) == 3);
  CHECK_FALSE(pending.take_overdue(start + 2s));
  CHECK(pending.deadline() == start + 3s);
}

TEST_CASE("pending commands: the answer after a time-out finds nothing") {
  pending_commands pending;
  const auto late = pending.add(1, command_kind::history, "a", start);
  pending.take_overdue(start);
  CHECK_FALSE(pending.take(late));
  CHECK_FALSE(pending.deadline());
}

TEST_CASE("pending commands: a room's failure takes its commands and no others, oldest first") {
  pending_commands pending;
  for (const auto* room : {"a", "b", "a", "c", "a"}) pending.add(0, command_kind::publish, room, start);
  CHECK(serials(pending.take_room("a")) == std::vector<std::uint64_t>{1, 3, 5});
  CHECK(pending.take_room("a").empty());
  CHECK(pending.size() == 2);
  CHECK(pending.take(4));
  CHECK(pending.take(2));
  CHECK(pending.empty());
}

TEST_CASE("pending commands: agree with a plain list under random operations") {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    pending_commands pending;
    std::vector<pending_command> model;
    std::uint64_t last = 0;
    const auto model_take = [&](auto matches) -> std::uint64_t {
      const auto found = std::find_if(model.begin(), model.end(), matches);
      if (found == model.end()) return 0;
      const auto taken = found->serial;
      model.erase(found);
      return taken;
    };
    for (int step = 0; step < 60; ++step) {
      const auto now = start + std::chrono::seconds(step);
      const std::string room(1, static_cast<char>('a' + random() % 4));
      const auto choice = random() % 10;
      if (choice < 5) {
        const auto deadline = now + std::chrono::seconds(random() % 20);
        REQUIRE(pending.add(9, command_kind::members, room, deadline) == ++last);
        model.push_back({last, 9, command_kind::members, room, deadline});
      } else if (choice < 8) {
        const auto wanted = last - std::min(last, random() % 10);
        REQUIRE(serial(pending.take(wanted)) == model_take([&](auto& c) { return c.serial == wanted; }));
      } else if (choice < 9) {
        REQUIRE(serial(pending.take_overdue(now)) == model_take([&](auto& c) { return c.deadline <= now; }));
      } else {
        std::vector<std::uint64_t> expected;
        while (const auto taken = model_take([&](auto& c) { return c.room == room; }))
          expected.push_back(taken);
        REQUIRE(serials(pending.take_room(room)) == expected);
      }
      std::optional<time_point> earliest;
      for (const auto& c : model) earliest = std::min(earliest.value_or(c.deadline), c.deadline);
      REQUIRE(pending.deadline() == earliest);
      REQUIRE(pending.size() == model.size());
    }
  }
}
