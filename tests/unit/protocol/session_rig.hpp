// A native session without socket, actor or clock: a port that writes down what the session does, and shorthand
// for what clients and rooms say to it.
#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/member_text.hpp"
#include "protocol/message_text.hpp"
#include "protocol/session.hpp"

#include "catch.hpp"
#include "unit/protocol/frames.hpp"
#include "unit/protocol/gist.hpp"

namespace roomd::protocol::test {

using namespace std::chrono_literals;

/// What the peer was sent, what the rooms were asked, and an outbox that fills while it is `stuck`.
class fake_port final : public session_port, public outbox {
 public:
  void send(frame_ptr f) override {
    CHECK_FALSE(closed);
    if (starved) throw std::bad_alloc();
    if (stuck) waiting += f->size();
    ++pushes;
    for (auto& each : reader.read(f->wire())) {
      CHECK((compresses || !each.compressed));
      compressed += each.compressed;
      sent.push_back(std::move(each.text));
    }
  }
  void push(frame_ptr f) override { send(std::move(f)); }
  std::size_t buffered() const override { return waiting; }
  outbox& output() override { return *this; }
  bool deflates() const override { return compresses; }
  void pause_reading(bool p) override { paused = p; }
  void favour(bool yes) override { favoured = yes; }
  bool input_waits() const override { return unread; }
  bool takes_output() const override { return writable; }
  void close(close_code c) override { closed = c; }
  void close_discarding(close_code c) override {
    closed = c;
    discarded = true;
  }
  void request(room_request r) override { requests.push_back(std::move(r)); }
  void enter(seat& s) override { CHECK(seats.insert(&s).second); }
  void exit(seat& s) override { CHECK(seats.erase(&s) == 1); }
  void queue_for_page() override { ++queued; }
  void deadline_moved() override { ++deadlines; }
  void queue_to_tell() override { ++queued_to_tell; }
  std::uint64_t next_stamp() override { return ++stamp; }

  text_reader reader;
  std::vector<std::string> sent;
  std::vector<room_request> requests;
  std::set<seat*> seats;
  std::optional<close_code> closed;
  std::size_t waiting = 0;
  std::uint64_t stamp = 0;
  int pushes = 0;
  int compressed = 0;       ///< frames of what was sent
  int deadlines = 0;        ///< times that the deadline may have moved
  int queued = 0;           ///< times it asked for its turn to read
  int queued_to_tell = 0;   ///< times it asked for its turn to tell its rooms
  bool compresses = false;  ///< the peer takes compressed frames
  bool discarded = false;
  bool paused = false;
  bool favoured = false;
  bool stuck = false;
  bool starved = false;   ///< there is no memory for what is sent
  bool unread = false;    ///< input lies in the socket
  bool writable = false;  ///< the socket takes more
};

inline session_rules small_rules() {
  return {.time = {1s, 20s, 5s, 30s},
          .command_timeout = 10s,
          .max_message = 1000,
          .outbox = {4000},
          .rooms = 2,
          .commands_in_flight = 4,
          .commands_per_second = 0,
          .commands_burst = 0,
          .server = "roomd/test"};
}

/// A message as a room sends it, with `size` letters as data; sealed for members that take compressed frames.
inline message_ptr deflated_message(sequence seq, std::string_view session = "other", bool echo = false,
                                    std::size_t size = 1000) {
  const std::string data = '"' + std::string(size, 'x') + '"';
  publish_command c;
  c.room = "a";
  c.event = "e";
  c.data = data;
  c.echo = echo;
  c.ephemeral = seq == 0;
  draft d = make_draft(c, "user", session);
  d.deflate = true;
  static const sealer seals = make_sealer();
  return seals(std::move(d), seq, 0);
}

/// The same, sealed while nobody wanted it compressed.
inline message_ptr numbered(sequence seq, std::string_view session = "other", bool echo = false,
                            std::size_t size = 10) {
  message plain = *deflated_message(seq, session, echo, size);
  plain.deflated = nullptr;
  return std::make_shared<const message>(std::move(plain));
}

inline batch of(std::initializer_list<message_ptr> messages) {
  batch b;
  for (const auto& m : messages) b.add(m);
  return b;
}

inline member_page_ptr empty_page() { return write_member_page("a", {}, {}); }

struct session_rig {
  explicit session_rig(session_rules rules = small_rules())
      : s(port, counters, std::make_shared<const session_rules>(std::move(rules)), {0, 7}, "me", now) {}

  void say(std::string_view text) { s.text(text, now); }
  void hello() {
    say(R"({"id":1,"hello":{"user":"alice","info":{"n":1}}})");
    heard();
  }
  void pass(std::chrono::milliseconds t) {
    now += t;
    s.tick(now);
  }
  /// What was sent since it was asked last, in short.
  std::vector<std::string> heard() {
    std::vector<std::string> out;
    for (const auto& text : std::exchange(port.sent, {})) out.push_back(gist(text));
    return out;
  }
  /// The oldest request that was not looked at yet, which must be a T.
  template <class T>
  T asked() {
    REQUIRE_FALSE(port.requests.empty());
    REQUIRE(std::holds_alternative<T>(port.requests.front()));
    T first = std::get<T>(std::move(port.requests.front()));
    port.requests.erase(port.requests.begin());
    return first;
  }
  bool asked_nothing() const { return port.requests.empty(); }

  /// A join and the room's answer to it: the head is `head`, and the session has had all of it.
  void join(std::string room, room_number number, sequence head = 0, bool members = false) {
    say(R"({"id":2,"join":{"room":")" + room + R"(","members":)" + (members ? "true" : "false") + "}}");
    s.on(joined_answer(asked<join_room>(), number, head));
    heard();
  }
  static joined joined_answer(const join_room& r, room_number number, sequence head = 0) {
    joined a;
    a.to = r.from;
    a.room = r.room;
    a.number = number;
    a.head = {"e1", head};
    a.next = head + 1;
    a.info_stamp = r.info_stamp;
    a.observer = r.members;
    return a;
  }
  /// The seat in the room with this number.
  seat& seat_in(room_number number) {
    for (seat* each : port.seats)
      if (each->number == number) return *each;
    FAIL("no seat in " << number);
    throw std::logic_error("unreachable");
  }
  void deliver(room_number number, const message_ptr& m) { s.deliver(seat_in(number), m); }
  /// A turn's messages, as the fan-out brings them.
  void bring(room_number number, const batch& b) {
    auto& seat = seat_in(number);
    if (seat.take(b)) return void(counters.deliveries += b.size());
    for (std::size_t i = 0; i < b.size(); ++i) s.deliver(seat, b[i]);
  }
  /// Its turn to read: the request that it makes.
  read_page turn() {
    s.turn_to_read(now);
    return asked<read_page>();
  }
  static page_read page(const read_page& r, room_number number, std::vector<message_ptr> messages,
                        bool caught_up) {
    page_read a;
    a.to = r.from;
    a.number = number;
    a.next = messages.empty() ? r.next : messages.back()->seq + 1;
    auto together = std::make_shared<batch>();
    for (auto& m : messages) together->add(std::move(m));
    if (!together->empty()) a.messages = std::move(together);
    a.caught_up = caught_up;
    return a;
  }

  time_point now{1h};
  fake_port port;
  session_counters counters;
  session s;
};

using said = std::vector<std::string>;

}  // namespace roomd::protocol::test
