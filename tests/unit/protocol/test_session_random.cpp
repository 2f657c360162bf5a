// Promise 2 of docs/protocol.md from end to end, but for actors and sockets: whatever the order in which a room,
// its hub and the socket get on, a client hears every number once, in order, or in a gap.
#include <cstdint>
#include <cstdio>

#include "catch.hpp"
#include "unit/core/log_tools.hpp"
#include "unit/protocol/fake_room.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

namespace {

/// Reads what the session sent as a client does.
class strict_client {
 public:
  explicit strict_client(const fake_room& room) : room_(room) {}

  void hear(const std::string& text) {
    unsigned long long a = 0;
    unsigned long long b = 0;
    if (std::sscanf(text.c_str(), R"({"message":{"seq":%llu)", &a) == 1) {
      sound_ = sound_ && in_room_ && follows(a);
      position_ = a;
    } else if (std::sscanf(text.c_str(), R"({"gap":{"room":"a","from":%llu,"to":%llu)", &a, &b) == 2) {
      sound_ = sound_ && in_room_ && follows(a) && b >= a;
      position_ = b;
    } else if (std::sscanf(text.c_str(), R"({"id":1,"join":{"room":"a","epoch":"e","seq":%llu)", &a) == 1) {
      sound_ = sound_ && !in_room_;
      in_room_ = true;
      if (!resuming_) position_ = a;
    } else if (text.starts_with(R"({"id":2,"leave")")) {
      in_room_ = false;
    } else {
      sound_ = sound_ && text.starts_with(R"({"id":3,"publish")");
    }
  }
  std::string join(bool resume) {
    resuming_ = resume;
    const std::string since = R"(,"since":{"epoch":"e","seq":)" + std::to_string(position_) + "}";
    return R"({"id":1,"join":{"room":"a")" + (resume ? since : "") + "}}";
  }

  bool in_room() const { return in_room_; }
  bool sound() const { return sound_; }
  /// Nothing of the room is missing.
  bool is_complete() const { return follows(room_.log().head() + 1); }

 private:
  /// Only own messages stand between what it has had and `seq`.
  bool follows(sequence seq) const {
    if (seq <= position_) return false;
    for (sequence between = position_ + 1; between < seq; ++between)
      if (!room_.is_own(between)) return false;
    return true;
  }

  const fake_room& room_;
  sequence position_ = 0;
  bool in_room_ = false;
  bool resuming_ = false;
  bool sound_ = true;
};

/// A room, a session, its socket and its client, who do something in turn as the dice fall.
class random_walk {
 public:
  explicit random_walk(std::uint32_t seed)
      : dice_(seed),
        room_(rig_, {dice_.between(0, 30), 20000, std::chrono::milliseconds(dice_.between(5, 200))}) {
    rig_.hello();
    rig_.port.stuck = true;
  }

  void run(int steps) {
    while (steps-- > 0 && client_.sound()) step();
    rest();
  }
  bool sound() const { return client_.sound() && !rig_.port.closed; }
  bool is_complete() const { return !client_.in_room() || client_.is_complete(); }

 private:
  void step() {
    switch (dice_.below(8)) {
      case 0:
        return come_or_go();
      case 1:
        return talk();
      case 2:
        return others_talk();
      case 3:
        return static_cast<void>(room_.handle());
      case 4:
        return static_cast<void>(room_.bring());
      case 5:
        return take_turn();
      case 6:
        return flush(dice_.below(3000));
      default:
        return room_.pass(std::chrono::milliseconds(dice_.below(4)));
    }
  }
  /// Everything under way arrives, and the peer reads all of it.
  void rest() {
    for (bool busy = true; busy;) {
      busy = room_.handle() || room_.bring() || rig_.port.waiting > 0 || taken_ < rig_.port.queued;
      flush(rig_.port.waiting);
      take_turn();
    }
    hear();
  }

  void come_or_go() {
    if (going_ || rig_.port.paused || !dice_.one_in(3)) return;
    going_ = true;
    rig_.say(client_.in_room() ? R"({"id":2,"leave":{"room":"a"}})" : client_.join(dice_.one_in(2)));
  }
  void talk() {
    if (rig_.port.paused) return;
    const std::string echo = dice_.one_in(2) ? "true" : "false";
    rig_.say(R"({"id":3,"publish":{"room":"a","event":"e","data":1,"echo":)" + echo + "}}");
  }
  void others_talk() {
    for (auto n = dice_.below(4); n > 0; --n)
      room_.publish(numbered(room_.log().head() + 1, "other", false, dice_.between(1, 1200)));
  }
  void take_turn() {
    if (taken_ == rig_.port.queued) return;
    ++taken_;
    rig_.s.turn_to_read(rig_.now);
  }
  /// The kernel takes up to `bytes` of what waits: as a transport it says so only while blocked or paused.
  void flush(std::size_t bytes) {
    auto& waiting = rig_.port.waiting;
    if (waiting == 0) return;
    waiting -= std::min(bytes, waiting);
    const bool told = blocked_ ? bytes > 0 : waiting == 0 && rig_.port.paused;
    if (!blocked_ && waiting > 0) rig_.s.blocked(rig_.now);
    blocked_ = waiting > 0;
    if (told) rig_.s.progressed(rig_.now);
    hear();
  }
  void hear() {
    for (const auto& text : std::exchange(rig_.port.sent, {})) {
      const bool was_in = client_.in_room();
      client_.hear(text);
      if (client_.in_room() != was_in) going_ = false;
    }
  }

  dice dice_;
  session_rig rig_;
  fake_room room_;
  strict_client client_{room_};
  int taken_ = 0;         ///< turns to read that it had
  bool blocked_ = false;  ///< the kernel took less than there was
  bool going_ = false;    ///< a join or leave is under way
};

}  // namespace

TEST_CASE(
    "session: whatever the pace of room, hub and socket, every number comes once, in order, or in a gap") {
  for (std::uint32_t seed = 0; seed < 4000; ++seed) {
    CAPTURE(seed);
    random_walk w(seed);
    w.run(300);
    REQUIRE(w.sound());
    REQUIRE(w.is_complete());
  }
}
