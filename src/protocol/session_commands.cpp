// What clients ask: from a text message to a request to a room, or to a refusal.
#include <algorithm>
#include <utility>

#include "protocol/encode.hpp"
#include "protocol/message_text.hpp"
#include "protocol/parse_command.hpp"
#include "protocol/session.hpp"

namespace roomd::protocol {
namespace {

template <class... Ts>
struct overload : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
overload(Ts...) -> overload<Ts...>;  // clang 14 does not deduce it

constexpr std::chrono::milliseconds retry_elsewhere{1000};

/// How much earlier than an interval after `hello` a session's first ping comes: up to half of one. The ids are random,
/// so sessions that began together are not pinged together.
std::chrono::milliseconds head_start(std::string_view id, std::chrono::milliseconds interval) {
  constexpr std::uint64_t steps = 1024;
  return interval / 2 * static_cast<std::int64_t>(tag_of(id) % steps) / static_cast<std::int64_t>(steps);
}

}  // namespace

void session::text(std::string_view message, time_point now) {
  if (phase_ == phase::closed) return;
  liveness_.received(now);
  ++counters_.commands;
  parsed p = parse_command(message);
  std::visit(overload{[&](command& c) { handle(c, now); },
                      [&](bad_command& bad) {
                        if (phase_ == phase::greeting && !bad.hello) return turn_away(bad.id);
                        refuse(bad.id, bad.why, bad.room);
                      },
                      [&](not_a_command) { close(close_code::protocol_error); }},
             p);
  if (phase_ != phase::closed) settled();
}

void session::handle(command& c, time_point now) {
  if (auto* hello = std::get_if<hello_command>(&c.body)) return greet(c.id, *hello, now);
  if (phase_ == phase::greeting) return turn_away(c.id);
  if (std::holds_alternative<pong_command>(c.body)) return;
  if (!admit(c.id, room_of(c.body), now)) return;
  std::visit(
      overload{
          [&](auto& body) { run(c.id, body, now); }, [](hello_command&) {}, [](pong_command&) {},
          [&](refresh_command&) {
            refuse(c.id, {errc::bad_request, "this server takes no tokens (auth.mode = \"insecure\")", {}});
          }},
      c.body);
}

void session::turn_away(command_id id) {
  refuse(id, {errc::unauthorized, "the first command must be hello", {}});
  close(close_code::unauthorized);
}

void session::greet(command_id id, hello_command& c, time_point now) {
  if (phase_ != phase::greeting) return refuse(id, {errc::bad_request, "hello was said already", {}});
  phase_ = phase::open;
  who_ = {c.user ? std::move(*c.user) : id_, std::string(c.info)};
  counters_.info_bytes += who_.info.size();
  stamp_ = port_.next_stamp();
  liveness_.opened(now, head_start(id_, rules_->time.ping_interval));
  reply(id,
        hello_reply(id, {id_, who_.user, rules_->server, rules_->time.ping_interval, rules_->max_message}));
}

// Whether a command may run at all: not while draining, not over the rate.
bool session::admit(command_id id, std::string_view room, time_point now) {
  if (phase_ == phase::draining) {
    refuse(id, {errc::unavailable, "this node is shutting down; connect again", retry_elsewhere}, room);
    return false;
  }
  if (auto wait = limiter_.take(now)) {
    refuse(id, {errc::rate_limited, {}, *wait}, room);
    return false;
  }
  return true;
}

// A room that is not in use is made by the command, so it is charged before anybody knows; where the room was in use, its
// answer says so, and the charge goes back.
bool session::charge_room(command_id id, const std::string& room, bool& charged, time_point now) {
  if (find(room)) return true;
  auto wait = new_rooms_.take(rules_->new_rooms, now);
  if (!wait) {
    wait = port_.charge_room();
    if (wait) new_rooms_.give_back(rules_->new_rooms);
  }
  charged = !wait;
  if (wait) refuse(id, {errc::rate_limited, "too many rooms that were not in use", *wait}, room);
  return charged;
}

void session::refund_room() {
  new_rooms_.give_back(rules_->new_rooms);
  port_.refund_room();
}

/// A room answers a publish that is kept when its engine has, and all else at once. So that its answers keep their order,
/// it is asked nothing else before that. The publish to wait for; 0: none.
std::uint64_t session::publish_before(const room_request& r) const {
  const auto* publish = std::get_if<publish_message>(&r);
  const bool kept = publish && !publish->what->ephemeral;
  std::uint64_t before = kept ? 0 : pending_.newest_of(room_of(r), command_kind::publish);
  for (const auto& h : held_) {
    const auto* other = std::get_if<room_request>(&h.what);
    if (other && room_of(*other) == room_of(r)) before = std::max(before, h.after);
  }
  return before;
}

void session::ask_room(room_request r) {
  if (const auto before = publish_before(r)) return held_.push_back({before, std::move(r)});
  pass_on(std::move(r));
}

origin session::expect(command_id id, command_kind kind, const std::string& room, time_point now,
                       std::size_t bytes) {
  return {address_, pending_.add(id, kind, room, now + rules_->command_timeout, bytes)};
}

void session::run(command_id id, join_command& c, time_point now) {
  if (seats_.size() + joining_ >= rules_->rooms && is_one_too_many(c.room))
    return refuse(id, {errc::room_limit, {}, {}}, c.room);
  join_room r;
  if (!charge_room(id, c.room, r.charged, now)) return;
  ++joining_;
  r.from = expect(id, command_kind::join, c.room, now);
  r.room = std::move(c.room);
  r.session_id = id_;
  r.published = published_;
  r.who = who_;
  r.info_stamp = stamp_;
  r.since = std::move(c.since);
  r.last = c.last;
  r.members = c.members;
  r.deflates = port_.deflates();
  if ((r.since || r.last) && rules_->outbox.low(port_.buffered())) r.bytes = rules_->outbox.page_bytes();
  if (r.members) bulky_ = r.from.serial;
  ask_room(std::move(r));
}

void session::run(command_id id, leave_command& c, time_point now) {
  if (seat* s = find(c.room)) s->leaving = true;
  const origin from = expect(id, command_kind::leave, c.room, now);
  ask_room(leave_room{std::move(c.room), from, true});
}

void session::run(command_id id, publish_command& c, time_point now) {
  bool charged = false;
  if (!charge_room(id, c.room, charged, now)) return;
  auto what = std::make_shared<draft>(make_draft(c, who_.user, id_));
  if (!std::exchange(published_, true)) rank();
  const auto kind = c.ephemeral ? command_kind::ephemeral : command_kind::publish;
  const origin from = expect(id, kind, c.room, now, c.data.size());
  ask_room(publish_message{std::move(c.room), from, std::move(what), {}, charged});
}

void session::run(command_id id, history_command& c, time_point now) {
  const origin from = expect(id, command_kind::history, c.room, now);
  bulky_ = from.serial;
  ask_room(read_history{std::move(c.room), from, c.since, c.before, c.limit, rules_->outbox.bound / 2});
}

}  // namespace roomd::protocol
