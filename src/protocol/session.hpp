// One client's conversation in the native protocol (docs/protocol.md), as a state machine without socket,
// actor or clock: text and the rooms' answers go in, frames and requests come out through a session_port.
// Owned by the connection actor and used on its shard only, by the actor and, for what rooms say, by the
// shard's hub.
//
// Phases: greeting (until `hello`), open, draining (answers what is under way, refuses the rest), closed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/creation_rate.hpp"
#include "core/liveness.hpp"
#include "core/outbox.hpp"
#include "core/pending_commands.hpp"
#include "core/rate_limiter.hpp"
#include "core/room_messages.hpp"
#include "protocol/command.hpp"
#include "protocol/encode.hpp"
#include "protocol/seat.hpp"
#include "protocol/session_port.hpp"

namespace roomd::protocol {

/// What the settings say of sessions. Shared by all of a shard's sessions; a reload makes a new one for later
/// ones.
struct session_rules {
  liveness_limits time;
  std::chrono::milliseconds command_timeout;
  std::size_t max_message = 0;
  outbox_policy outbox;
  std::size_t rooms = 0;
  std::uint32_t new_rooms = 0;  ///< a minute
  std::size_t commands_in_flight = 0;
  std::uint32_t commands_per_second = 0;
  std::uint32_t commands_burst = 0;
  std::string server;  ///< what `hello` answers as `server`
};

class session {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  session(session_port& port, session_counters& counters, std::shared_ptr<const session_rules> rules,
          session_address address, std::string id, time_point now);

  const std::string& id() const { return id_; }
  bool closed() const { return phase_ == phase::closed; }
  const std::vector<std::unique_ptr<seat>>& seats() const { return seats_; }

  // --- the socket ---
  void text(std::string_view message, time_point now);
  void binary();
  void alive(time_point now) { liveness_.received(now); }
  void blocked(time_point now) { liveness_.blocked(now); }
  void progressed(time_point now);
  /// The socket is gone: leaves every room.
  void gone();

  // --- time ---
  time_point deadline() const;
  void tick(time_point now);
  /// The node drains: answers what is under way, then closes with 1001.
  void drain();
  void close(close_code code);

  // --- what the rooms say, in their order, through the hub ---
  void on(const joined& a);
  void on(const left& a);
  void on(const published& a);
  void on(const history_read& a);
  void on(const members_listed& a);
  void on(const page_read& a);
  void on(const info_taken& a);
  void on(const refused& a);
  void on(const room_failed& f);
  void deliver(seat& s, const message_ptr& m);
  void news(seat& s, const frame_ptr& push);
  /// A message could not be brought to the seat, for want of memory: it is read from the log.
  void fall_back(seat& s);
  /// The room's numbering has changed: core/room_messages.hpp, `renumbered`.
  void renumber(seat& s, const position& at, bool child);

  /// Its turn to read a page: asks the room for it, if it is behind and its outbox is low.
  void turn_to_read(time_point now);
  /// Its turn to tell rooms of its new info: at most `most` of them. Returns how many it told.
  std::size_t turn_to_tell(std::size_t most);

 private:
  enum class phase : std::uint8_t { greeting, open, draining, closed };

  // Commands (session_commands.cpp).
  void handle(command& c, time_point now);
  void greet(command_id id, hello_command& c, time_point now);
  void turn_away(command_id id);
  bool admit(command_id id, std::string_view room, time_point now);
  bool charge_room(command_id id, const std::string& room, bool& charged, time_point now);
  void refund_room();
  void run(command_id id, join_command& c, time_point now);
  void run(command_id id, leave_command& c, time_point now);
  void run(command_id id, publish_command& c, time_point now);
  void run(command_id id, history_command& c, time_point now);
  void run(command_id id, members_command& c, time_point now);
  void run(command_id id, identity_command& c, time_point now);
  origin expect(command_id id, command_kind kind, const std::string& room, time_point now,
                std::size_t bytes = 0);

  // Output and bookkeeping (session.cpp).
  void reply(command_id id, frame_ptr f);
  void reply(command_id id, reply_frames f);
  void refuse(command_id id, const error& why, std::string_view room = {});
  void give_up(const pending_command& c, const error& why);
  void release_held(std::uint64_t until);
  void undo(const joined& a);
  void settled();
  void pace();
  liveness::verdict judge(time_point now);
  void leave_all();

  // The members' list and infos (session_members.cpp).
  void ask_room(room_request r);
  std::uint64_t publish_before(const room_request& r) const;
  void pass_on(room_request r);
  void tell(seat& s);
  void tell_later(seat& s);
  bool lacks_members() const;
  void read_members();
  void take_members(const members_listed& a);
  bool give_up_relisting(const refused& a);

  // Seats and what rooms say (session_seats.cpp).
  seat* find(std::string_view room) const;
  seat* find(room_number number) const;
  bool is_one_too_many(std::string_view room) const;
  void take_seat(const joined& a);
  void drop_seat(seat& s);
  void send_notice(const std::string& room, const notice& n);

  // Reading on from the log (session_pages.cpp).
  /// A page that a room was asked for. One that comes at once is waited for before another room is asked, so that all
  /// of them fit into the outbox; one that comes `later` holds nobody up.
  struct asked_page {
    room_number room = 0;
    std::uint64_t membership = 0;
    time_point until{};
    bool later = false;
  };
  seat* next_behind();
  void fall_behind(seat& s);
  void take_page(seat& s, const page_read& a);
  void send_page(const seat& s, const std::shared_ptr<const batch>& page);
  void read_on();
  void rank();
  void forget_page(seat& s);
  void end_late_pages(time_point now);

  session_port& port_;
  session_counters& counters_;
  std::shared_ptr<const session_rules> rules_;
  session_address address_;
  std::string id_;
  user_info who_;
  std::uint64_t stamp_ = 0;
  liveness liveness_;
  rate_limiter limiter_;
  creation_rate new_rooms_;
  pending_commands pending_;
  /// What waits until the room has answered that command: refusals that the session gives itself, and requests behind a
  /// publish, which the room would answer sooner than its engine answers the publish.
  struct held_back {
    std::uint64_t after;
    std::variant<frame_ptr, room_request> what;
  };
  std::vector<held_back> held_;
  std::vector<std::unique_ptr<seat>> seats_;
  std::vector<asked_page> pages_;
  std::size_t last_read_ = 0;  ///< index of the seat that got the last page: the others come first
  std::uint16_t joining_ = 0;  ///< joins under way
  /// The members' list of a room that is sent anew, page by page, because changes were left out.
  struct members_reading {
    room_number room;
    std::uint64_t serial;   ///< of the page that was asked for last; 0: none is under way
    member_cursor after{};  ///< where the next page begins
  };
  std::unique_ptr<members_reading> relisting_;  ///< null: nothing is
  std::uint64_t last_relisting_ = 0;            ///< serial
  std::shared_ptr<const std::string>
      told_info_;  ///< what rooms are told; null: none is, since the last change
  phase phase_ = phase::greeting;
  std::uint64_t bulky_ = 0;  ///< serial of the last command whose answer may be long
  bool published_ = false;
  bool queued_ = false;   ///< waits in the shard's queue for a page
  bool telling_ = false;  ///< waits in the shard's queue to tell rooms of its info
  bool paused_ = false;
  bool favoured_ = false;
};

}  // namespace roomd::protocol
