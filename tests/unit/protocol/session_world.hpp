// A session, three rooms that do whatever rooms do, a socket that takes what it likes, and a client that says what it
// likes: all of it in the order of the dice. What must hold whatever happens is checked at every step, and at the end
// that nothing was lost or forgotten.
#pragma once

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "unit/protocol/lively_room.hpp"
#include "unit/protocol/strict_listener.hpp"

namespace roomd::protocol::test {

class session_world {
 public:
  explicit session_world(dice d)
      : dice_(d), history_(dice_.below(40)), rig_(rules(dice_.below(4))), quiet_(!dice_.one_in(4)) {
    rig_.port.compresses = dice_.one_in(8);
    if (!dice_.one_in(16)) rig_.hello();
    rig_.port.stuck = true;
  }

  bool over() const { return dice_.over() || !fault().empty(); }
  /// Empty: so far everything was as promised.
  const std::string& fault() const { return fault_.empty() ? client_.fault : fault_; }

  void step() {
    auto& room = rooms_[dice_.below(rooms_.size())];
    switch (dice_.below(16)) {
      case 0:
      case 1:
      case 2:
        speak(room);
        break;
      case 3:
        for (auto n = dice_.below(5); n > 0; --n) room.publish(dice_.below(1500));
        break;
      case 4:
      case 5:
        carry();
        break;
      case 6:
      case 7:
        room.bring(1 + dice_.below(4));
        break;
      case 8:
        room.answer();
        break;
      case 9:
        flush(dice_.below(5000));
        break;
      case 10:
        take_turns();
        break;
      case 11:
        happen(room);
        break;
      case 12:
        trouble(room);
        break;
      case 13:
        pass(std::chrono::milliseconds(dice_.below(3000)), true);
        break;
      default:
        pump();
    }
    check();
  }

  /// Everything that was in the way goes away, and all that is under way arrives.
  void end() {
    for (auto& room : rooms_) room.away = room.refuses = false;
    for (int second = 0; second < 50 && fault().empty(); ++second) {
      pump();
      check();
      pass(1s, true);
    }
    pump();
    check();
    if (fault().empty()) check_end();
  }

 private:
  static session_rules rules(std::size_t which) {
    auto r = small_rules();
    r.rooms = which == 0 ? 2 : 3;
    r.commands_in_flight = which == 1 ? 2 : 16;
    r.new_rooms = which == 2 ? 4 : 0;
    r.commands_per_second = which == 3 ? 4 : 0;
    r.commands_burst = which == 3 ? 8 : 0;
    return r;
  }
  void demand(bool holds, const char* what) {
    if (!holds && fault_.empty()) fault_ = what;
  }

  // --- the client ---

  void speak(lively_room& room) {
    if (rig_.port.closed || rig_.port.paused) return;
    const auto name = R"("room":")" + room.name() + '"';
    switch (dice_.below(12)) {
      case 0:
      case 1:
      case 2:
        return join(room, name);
      case 3:
        return say(room.name(), "leave", name);
      case 4:
      case 5:
        return say(room.name(), "publish", name + R"(,"event":"e","data":)" + data() + options());
      case 6:
        return say(room.name(), "history", name + (dice_.one_in(2) ? R"(,"since":1)" : ""));
      case 7:
        return say(room.name(), "members", name);
      case 8:
        return say("", "identity", R"("info":{"n":)" + std::to_string(dice_.below(9)) + '}');
      case 9:
        return say(room.name(), "join", name + R"(,"last":-1)");
      case 10:
        return say("", dice_.one_in(2) ? "refresh" : "nothing", R"("token":"t")");
      default:
        return strange();
    }
  }
  void join(lively_room& room, const std::string& name) {
    const auto& p = client_.in(room.name());
    const std::string members = dice_.one_in(3) ? R"(,"members":true)" : "";
    switch (dice_.below(4)) {
      case 0:
        return say(room.name(), "join", name + members + R"(,"last":)" + std::to_string(dice_.below(50)));
      case 1:
        return say(room.name(), "join", name + members);
      default:
        if (!p.known || !p.sure) return;
        const auto since =
            R"(,"since":{"epoch":")" + p.at.epoch + R"(","seq":)" + std::to_string(p.at.seq) + '}';
        return say(room.name(), "join", name + members + since, p.at);
    }
  }
  std::string data() { return '"' + std::string(dice_.below(800), 'y') + '"'; }
  std::string options() {
    const auto roll = dice_.below(4);
    return roll == 0 ? R"(,"ephemeral":true)" : roll == 1 ? R"(,"echo":true)" : "";
  }
  void say(const std::string& room, const std::string& what, const std::string& fields,
           std::optional<position> since = {}) {
    const auto id = std::to_string(client_.ask(room, what, std::move(since)));
    rig_.say(R"({"id":)" + id + ",\"" + what + "\":{" + fields + "}}");
  }
  void strange() {
    static constexpr std::array<const char*, 4> words{R"({"pong":{}})", R"({"leave":{"room":7}})", "[]",
                                                      R"({"publish":{"room":"a","event":"e","data":1}})"};
    const auto which = dice_.below(words.size());
    if (which != 2 || dice_.one_in(8)) rig_.say(words[which]);
  }

  // --- rooms and socket ---

  bool carry() {
    const auto all = std::exchange(rig_.port.requests, {});
    for (auto& r : all) {
      const auto& name = std::visit([](const auto& what) -> const std::string& { return what.room; }, r);
      for (auto& room : rooms_)
        if (room.name() == name) room.ask(r);
    }
    return !all.empty();
  }
  bool take_turns() {
    bool moved = false;
    if (std::exchange(read_, rig_.port.queued) != rig_.port.queued) {
      rig_.s.turn_to_read(rig_.now);
      moved = true;
    }
    if (std::exchange(told_, rig_.port.queued_to_tell) != rig_.port.queued_to_tell) {
      rig_.s.turn_to_tell(1 + dice_.below(3));
      moved = true;
    }
    return moved;
  }
  /// The kernel takes up to `bytes` of what waits.
  bool flush(std::size_t bytes) {
    auto& waiting = rig_.port.waiting;
    if (waiting == 0 || bytes == 0) return false;
    waiting -= std::min(bytes, waiting);
    if (waiting == 0) notices_ = 0;
    if (waiting > 0) rig_.s.blocked(rig_.now);
    rig_.s.progressed(rig_.now);
    return true;
  }
  void pump() {
    for (bool busy = true; busy;) {
      busy = carry();
      for (auto& room : rooms_) busy = room.answer() || room.bring(4) || busy;
      busy = take_turns() || busy;
      busy = flush(rig_.port.waiting) || busy;
    }
  }
  void pass(std::chrono::milliseconds t, bool alive) {
    if (rig_.port.waiting > 0) rig_.s.blocked(rig_.now);
    rig_.now += t;
    if (alive) rig_.s.alive(rig_.now);
    rig_.s.tick(rig_.now);
    if (rig_.s.deadline() <= rig_.now) rig_.s.tick(rig_.now);  // a ping that was due during a standstill
    demand(rig_.port.closed || rig_.s.deadline() > rig_.now, "a deadline that is always over");
  }

  // --- what happens ---

  void happen(lively_room& room) {
    switch (dice_.below(6)) {
      case 0:
        return room.hold_less();
      case 1:
        return room.pass_by(dice_.below(500));
      case 2:
        return static_cast<void>(room.lose());
      case 3:
        ++notices_;
        return room.renumber(dice_.one_in(2), dice_.below(20));
      default:
        for (auto n = dice_.below(8); n > 0; --n) room.tell_news();
    }
  }
  void trouble(lively_room& room) {
    switch (dice_.below(quiet_ ? 5 : 10)) {
      case 0:
      case 1:
        room.away = !dice_.one_in(3);
        return;
      case 2:
        room.refuses = !dice_.one_in(3);
        return;
      case 3:
        return room.give_up();
      case 4:
        notices_ += 20;
        return room.fail();
      case 5:
        return stand_still();
      case 6:
        return dice_.one_in(4) ? rig_.s.drain() : void();
      case 7:
        if (!dice_.one_in(8) || rig_.port.closed) return;
        rig_.s.gone();
        rig_.port.closed = close_code::going_away;  // nothing may be sent any more
        return;
      default:
        return pass(std::chrono::seconds(dice_.below(40)), dice_.one_in(2));
    }
  }
  void stand_still() {
    rig_.port.unread = dice_.one_in(2);
    rig_.port.writable = dice_.one_in(2);
    pass(std::chrono::seconds(dice_.below(60)), false);
    rig_.port.unread = rig_.port.writable = false;
  }

  // --- what must hold ---

  void check() {
    for (const auto& text : std::exchange(rig_.port.sent, {})) client_.hear(text);
    const bool once = rig_.port.queued - read_ <= 1 && rig_.port.queued_to_tell - told_ <= 1;
    demand(once, "it asked for a turn twice");
    // The outbox, the longest answer, an answer or a refusal to each command, and what cannot wait.
    demand(rig_.port.waiting <= 3 * 4000 + 16 * 300 + notices_ * 200, "too much waits for the peer");
    if (rig_.port.closed) demand(rig_.port.seats.empty(), "a seat of a session that has ended");
    demand(rig_.port.seats.size() <= 3, "too many seats");
  }
  void check_end() {
    demand(rig_.port.requests.empty() && rig_.port.waiting == 0, "something is under way for ever");
    for (auto& room : rooms_) {
      if (rig_.port.closed) demand(!room.has_member(), "a member that has ended");
      const auto& p = client_.in(room.name());
      if (rig_.port.closed || !p.in || !p.sure) continue;
      demand(client_.is_complete(room.name(), room.stands()), "behind at the end");
    }
    if (rig_.port.closed) return;
    demand(!client_.waits(), "a command that is not answered");
    demand(!rig_.port.paused, "it reads no more");
    for (const seat* s : rig_.port.seats) demand(s->live && !s->asked, "a seat that is behind for ever");
  }

  dice dice_;
  std::size_t history_;
  session_rig rig_;
  std::array<lively_room, 3> rooms_{
      {{rig_, "a", 70, history_}, {rig_, "b", 71, history_}, {rig_, "c", 72, 40}}};
  strict_listener client_{[this](const std::string& name, const position& at) {
    return rooms_[static_cast<std::size_t>(name.front() - 'a')].is_own(at);
  }};
  std::string fault_;
  bool quiet_;
  int read_ = 0, told_ = 0;  ///< turns that it had
  std::size_t notices_ = 0;  ///< that may wait for the peer
};

}  // namespace roomd::protocol::test
