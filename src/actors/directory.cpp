#include "actors/directory.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <variant>

#include "actors/hub.hpp"
#include "actors/log.hpp"
#include "actors/memory_of.hpp"
#include "actors/moment.hpp"
#include "actors/room.hpp"
#include "protocol/member_text.hpp"

namespace roomd::actors {
namespace {

constexpr std::chrono::seconds sweep_interval{1};
constexpr std::chrono::milliseconds retry_after{5000};
constexpr std::chrono::microseconds telling_time{500};  // in a turn
constexpr std::size_t buckets_a_look = 32;              // at the clock

error too_many_rooms() {
  return {errc::unavailable, "this node has as many rooms in use as limits.rooms allows", retry_after};
}

}  // namespace

directory::directory(caf::actor_config& cfg, shard_state& s) : pinned(cfg, s.home), state_(s) {
  state_.directory_here = this;
  set_down_handler([this](caf::down_msg& m) { room_down(m); });
}

directory_actor::behavior_type directory::make_behavior() {
  return {[this](const join_room& m) { hand_on(m); },
          [this](const leave_room& m) { hand_on(m); },
          [this](const publish_message& m) { hand_on(m); },
          [this](const read_history& m) { hand_on(m); },
          [this](const list_members& m) { hand_on(m); },
          [this](const read_page& m) { hand_on(m); },
          [this](const update_info& m) { hand_on(m); },
          [this](const list_users& m) { return users(m); },
          [this](const node_ended& m) { tell_all(m); },
          [this](const node_lapsed& m) { tell_all(m); },
          [this](const node_returned& m) { tell_all(m); },
          [this](const room_idle& m) { let_go(m); },
          [this](const sweep_due&) { sweep(); }};
}

void directory::on_exit() {
  state_.directory_here = nullptr;
  home().turns().unmark(*this);
  state_.engine->stop();
  for (auto& [name, e] : rooms_) send_exit(e.actor, caf::exit_reason::user_shutdown);
  rooms_.clear();
}

directory::entry* directory::find_or_make(const std::string& room) {
  if (auto found = rooms_.find(room); found != rooms_.end()) return &found->second;
  const std::size_t most =
      std::max<std::size_t>(state_.settings->limits.rooms / state_.directories.size(), 1);
  if (rooms_.size() >= most) return nullptr;
  entry e;
  e.number = state_.next_number();
  e.actor = system().spawn<actors::room>(state_, directory_actor{this}, room, e.number);
  monitor(e.actor);
  return &rooms_.emplace(room, std::move(e)).first->second;
}

void directory::pass_on(protocol::room_request&& r) {
  std::visit([this](auto& m) { hand_on(std::move(m)); }, r);
}

template <class T>
void directory::hand_on(T m) {
  entry* e = find_or_make(m.room);
  if (!e) return refuse(m, too_many_rooms());
  caf::anon_send(e->actor, std::move(m));
  ++e->passed_on;  // behind the sending, which may fail: the room could never end
}

void directory::hand_on(leave_room m) {
  if (auto found = rooms_.find(m.room); found != rooms_.end()) {
    caf::anon_send(found->second.actor, std::move(m));
    ++found->second.passed_on;
    return;
  }
  if (m.answer) refuse(m, {errc::not_joined, {}, {}});
}

// It comes from a member; a room that is not in use has none.
void directory::hand_on(const update_info& m) {
  if (auto found = rooms_.find(m.room); found != rooms_.end()) {
    caf::anon_send(found->second.actor, m);
    ++found->second.passed_on;
    return;
  }
  caf::anon_send(state_.hubs[m.from.session.shard], info_taken{m.from, m.room});
}

template <class T>
void directory::refuse(const T& m, error why) {
  if constexpr (requires { m.tell; })
    if (m.tell) return m.tell(std::move(why));
  if (m.from.serial == 0) return;
  refused answer{m.from, m.room, std::move(why)};
  const std::size_t there = m.from.session.shard;
  if (there == home().index()) return state_.answers.add(std::move(answer));
  caf::anon_send(state_.hubs[there], std::move(answer));
}

caf::result<users_listed> directory::users(const list_users& m) {
  const bool alone = state_.engine->node().empty();  // nobody can be in a room that is not in use here
  if (alone && !rooms_.contains(m.room))
    return users_listed{protocol::write_member_page(m.room, {}, m.query), {}};
  entry* e = find_or_make(m.room);
  if (!e) return users_listed{nullptr, too_many_rooms()};
  ++e->passed_on;
  return delegate(e->actor, m);
}

void directory::tell_all(node_news what) {
  news_.push_back(std::move(what));
  home().turns().mark(*this);
}

void directory::on_turn_end() noexcept {
  const auto until = std::chrono::steady_clock::now() + telling_time;
  try {
    while (!news_.empty()) {
      if (!tell_more()) {
        news_.pop_front();
        bucket_ = 0;
      } else if (std::chrono::steady_clock::now() >= until) {
        return home().turns().mark_next(*this);
      }
    }
  } catch (const std::exception& fault) {
    home().report("actor.exception", fault.what());
    home().turns().mark_next(*this);
  }
}

/// True: there are more rooms to be told of the first news.
bool directory::tell_more() {
  if (bucket_ == 0 || bucket_count_ != rooms_.bucket_count()) {
    bucket_ = 0;
    bucket_count_ = rooms_.bucket_count();
  }
  const std::size_t end = std::min(bucket_ + buckets_a_look, bucket_count_);
  for (; bucket_ < end; ++bucket_)
    for (auto room = rooms_.begin(bucket_); room != rooms_.end(bucket_); ++room)
      std::visit([&](const auto& m) { send(room->second.actor, m); }, news_.front());
  return bucket_ < bucket_count_;
}

void directory::let_go(const room_idle& m) {
  auto found = rooms_.find(m.room);
  if (found == rooms_.end() || found->second.number != m.number || found->second.passed_on != m.handled)
    return;
  demonitor(found->second.actor.address());
  send_exit(found->second.actor, caf::exit_reason::user_shutdown);
  rooms_.erase(found);
}

// A room ended by a fault. Its members are told that they are out; the log is safe in the engine.
void directory::room_down(const caf::down_msg& m) {
  auto found =
      std::find_if(rooms_.begin(), rooms_.end(), [&](auto& r) { return r.second.actor == m.source; });
  if (found == rooms_.end()) return;
  log().error("room.failed room={:?} reason={:?}", found->first, caf::to_string(m.reason));
  const room_failed what{found->second.number, found->first};
  rooms_.erase(found);  // first: a session may ask for the room again at once
  for (std::size_t s = 0; s < state_.hubs.size(); ++s) tell_sessions(state_, s, what);
}

void directory::sweep() {
  state_.engine->sweep(moment_of(home()));
  state_.pages.sweep();
  state_.member_pages.sweep();
  if (rooms_.size() * 8 < rooms_.bucket_count()) rooms_.rehash(0);
  state_.memory = memory_of(state_).sum();
  delayed_send(this, sweep_interval, sweep_due{});
}

}  // namespace roomd::actors
