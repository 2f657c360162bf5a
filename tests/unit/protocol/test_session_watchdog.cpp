// The watchdog: whatever happens to the engines of a session's rooms, in none of them it is behind without progress for
// longer than the write time-out, and in no room whose engine is there at all.
#include <array>
#include <map>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "unit/core/log_tools.hpp"
#include "unit/protocol/away_room.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

namespace {

auto rules_of_three_rooms() {
  auto rules = small_rules();
  rules.rooms = 3;
  rules.commands_in_flight = 64;
  return rules;
}

class walk {
 public:
  explicit walk(std::uint32_t seed) : dice_(seed) {
    rig_.hello();
    rig_.port.stuck = true;  // what is sent waits until the peer takes it
  }

  void step() {
    auto& room = rooms_[dice_.below(rooms_.size())];
    switch (dice_.below(16)) {
      case 0:
        return ask(room);
      case 1:
      case 2:
        for (auto n = dice_.below(5); n > 0; --n) room.publish(dice_.between(10, 1500));
        return;
      case 3:
        return room.hold_less();
      case 4:
        room.away = !dice_.one_in(3);
        return;
      case 5:
        return static_cast<void>(move());
      case 6:
        return room.give_up();
      case 7:
        slow_ = dice_.one_in(8);
        return;
      default:
        return pass_second();
    }
  }
  /// All engines come back.
  void end() {
    slow_ = false;
    for (auto& room : rooms_) room.away = false;
    pass_second();
    if (rig_.port.closed) return;  // a peer that took nothing for the write time-out
    for (auto& room : rooms_) {
      const auto& p = places_[room.name()];
      if (p.in && p.at != room.head()) fault = "behind at the end";
    }
  }
  std::string fault;

 private:
  struct place {
    bool in = false, known = false;
    sequence at = 0;
  };
  struct progress {
    std::uint64_t membership = 0;
    sequence next = 0;
    time_point since{};
  };

  void ask(away_room& room) {
    if (rig_.port.closed) return;
    const auto& p = places_[room.name()];
    if (p.in && !dice_.one_in(5)) return;
    const std::string name = R"({"room":")" + room.name() + '"';
    const std::string since = R"(,"since":{"epoch":"e","seq":)" + std::to_string(p.at) + "}";
    const bool resumes = p.known && dice_.one_in(2);
    if (!p.in) rig_.say(R"({"id":2,"join":)" + name + (resumes ? since : R"(,"last":9)") + "}}");
    if (p.in || dice_.one_in(4)) rig_.say(R"({"id":3,"leave":)" + name + "}}");
    if (!p.in) begins_[room.name()] = resumes;
    pump();
  }
  bool move() {
    bool moved = false;
    for (auto& r : std::exchange(rig_.port.requests, {})) {
      const auto name = std::visit([](const auto& what) { return what.room; }, r);
      for (auto& room : rooms_)
        if (room.name() == name) room.ask(std::move(r));
      moved = true;
    }
    for (auto& room : rooms_) moved = room.bring() || room.answer() || moved;
    if (taken_ < rig_.port.queued) {
      ++taken_;
      rig_.s.turn_to_read(rig_.now);
      moved = true;
    }
    return moved;
  }
  /// Everything that does not wait for an engine that is away.
  void pump() {
    for (bool busy = true; busy;) {
      busy = move();
      if (rig_.port.waiting > 0) rig_.s.blocked(rig_.now);
      if (slow_ || rig_.port.waiting == 0) continue;
      rig_.port.waiting = 0;
      rig_.s.progressed(rig_.now);
      busy = true;
    }
    for (const auto& text : std::exchange(rig_.port.sent, {})) hear(nlohmann::json::parse(text));
  }
  void pass_second() {
    pump();
    if (rig_.port.closed) return;
    watch();
    rig_.now += 1s;
    rig_.s.alive(rig_.now);
    rig_.s.tick(rig_.now);
    pump();
  }
  void watch() {
    if (slow_) {
      behind_.clear();  // the peer's own fault, and the write time-out's business
      return;
    }
    std::map<room_number, progress> still;
    for (const auto& s : rig_.s.seats()) {
      if (s->live) continue;
      if (!room_of(s->number).away) fault = "behind in a room whose engine is there";
      auto p = behind_[s->number];
      if (p.membership != s->membership || p.next != s->next) p = {s->membership, s->next, rig_.now};
      if (rig_.now - p.since > 30s) fault = "behind without progress for too long";
      still[s->number] = p;
    }
    behind_ = std::move(still);
  }
  away_room& room_of(room_number number) {
    return *std::find_if(rooms_.begin(), rooms_.end(), [&](auto& r) { return r.number() == number; });
  }

  void hear(const nlohmann::json& j) {
    for (const char* what : {"message", "gap", "removed", "join", "leave"}) {
      if (!j.contains(what)) continue;
      auto& p = places_[j[what]["room"]];
      const std::string kind = what;
      if (kind == "join")
        p = {true, begins_[j[what]["room"]], j[what]["missed"] == 0 ? sequence{j[what]["seq"]} : p.at};
      if (kind == "join" && j[what]["missed"] == 0) p.known = true;
      if (kind == "leave" || kind == "removed") p.in = false;
      if (kind == "gap") fault = "a gap, though everything is kept";
      if (kind != "message") continue;
      const sequence seq = j[what]["seq"];
      if (!p.in || (p.known && seq != p.at + 1)) fault = "not the next one";
      p.known = true;
      p.at = seq;
    }
  }

  dice dice_;
  session_rig rig_{rules_of_three_rooms()};
  std::array<away_room, 3> rooms_{{{rig_, "a", 70}, {rig_, "b", 71}, {rig_, "c", 72}}};
  std::map<std::string, place> places_;
  std::map<std::string, bool> begins_;
  std::map<room_number, progress> behind_;
  int taken_ = 0;
  bool slow_ = false;
};

}  // namespace

TEST_CASE("session: it is behind in no room for longer than the write time-out without progress") {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    walk w(seed);
    for (int i = 0; i < 600 && w.fault.empty(); ++i) w.step();
    if (w.fault.empty()) w.end();
    REQUIRE(w.fault == "");
  }
}
