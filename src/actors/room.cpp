#include "actors/room.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "actors/log.hpp"

namespace roomd::actors {
namespace {

constexpr int requests_a_turn = 64;
constexpr std::chrono::seconds list_patience{2};  ///< so long another node may take to say who is there

}  // namespace

room::room(caf::actor_config& cfg, shard_state& s, directory_actor owner, std::string name,
           room_number number)
    : pinned(cfg, s.home),
      state_(s),
      directory_(std::move(owner)),
      name_(std::move(name)),
      number_(number),
      presence_(s.settings->presence.grace),
      pages_(s.pages),
      reads_(*this, pages_, number),
      used_(s.home.now()) {
  ++state_.stats.rooms;
  if (const std::string& own = state_.engine->node(); !own.empty())
    others_.reset(new neighbours{{own, state_.next_life()}, {own, list_patience}});
}

room_actor::behavior_type room::make_behavior() {
  auto handler = [this]<class T>(std::type_identity<T>) {
    return [this](const T& m) {
      if constexpr (requires { m.charged; }) put_to_use(m.from);
      touch();
      take(m);
    };
  };
  return {handler(std::type_identity<join_room>{}),
          handler(std::type_identity<leave_room>{}),
          handler(std::type_identity<publish_message>{}),
          handler(std::type_identity<read_history>{}),
          handler(std::type_identity<list_members>{}),
          handler(std::type_identity<read_page>{}),
          handler(std::type_identity<update_info>{}),
          [this](const list_users& m) {
            touch();
            return on(m);
          },
          [this](const node_ended& m) { on(m); },
          [this](const node_lapsed& m) { on(m); },
          [this](const node_returned& m) { on(m); },
          [this](const room_due&) { on_due(); }};
}

void room::on_exit() {
  --state_.stats.rooms;
  if (others_) state_.stats.remote_members -= others_->listed;
  home().turns().unmark(*this);
  open_.reset();
  others_.reset();  // response promises hold the actor
  reads_.clear();
  waiting_.clear();
  directory_ = nullptr;
}

// --- life --------------------------------------------------------------------------------------------------------

void room::touch() {
  ++handled_;
  used_ = home().now();
  if (!open_) {
    unavailable_.reset();  // that was before
    open_ = in_use_ ? state_.engine->open(name_, *this) : state_.engine->open_to_read(name_, *this);
  }
  schedule();
}

// What other nodes have here keeps no room in use; they keep it themselves.
bool room::idle() const {
  const bool nobody = others_ ? others_->askers.empty() && others_->listers.empty() : presence_.empty();
  return nobody && members_.empty() && waiting_.empty() && publishing_ == 0 && !reads_.is_waiting() &&
         histories_ == 0 && (!doubts_ || (doubts_->held.empty() && doubts_->released.empty()));
}

/// A room that is there only because somebody reads ends when that is answered.
std::chrono::milliseconds room::linger() const {
  return in_use_ ? state_.settings->rooms.linger : std::chrono::milliseconds(0);
}

void room::put_to_use(const origin& by) {
  if (std::exchange(in_use_, true)) return;
  made_by_ = by;
  if (open_) open_->create();
}

// One timer serves the graces, the other nodes' lists and the linger; it is never late, and too early does no harm.
void room::schedule() {
  std::optional<time_point> next = presence_.next_expiry();
  const auto sooner = [&next](std::optional<time_point> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  if (others_) sooner(others_->there.next_expiry());
  const bool awaited = others_ && (!others_->askers.empty() || !others_->listers.empty());
  if (awaited && others_->gather_by != time_point{}) sooner(others_->gather_by);
  if (idle()) sooner(used_ + linger());
  if (!next || (due_ && *due_ <= *next)) return;
  due_ = next;
  delayed_send(this, std::max(*next - home().now(), time_point::duration::zero()), room_due{});
}

void room::on_due() {
  if (!due_ || home().now() < *due_) return;  // an older timer: the one that counts comes
  due_.reset();
  if (others_) absorb(others_->there.expire(home().now()));
  announce(presence_.expire(home().now()));
  answer_askers();
  if (idle() && home().now() >= used_ + linger()) {
    open_.reset();  // before it asks: the directory may make the name's next actor at once
    in_use_ = false;
    send(directory_, room_idle{name_, number_, handled_});
  } else {
    schedule();
  }
}

// --- the engine ----------------------------------------------------------------------------------------------------

template <class T>
void room::take(const T& m) {
  if (unavailable_) return refuse(m, *unavailable_);
  if (!open_->is_open() || !waiting_.empty()) return waiting_.push_back(m);
  if (waits(m.from.session)) return wait_behind(m);
  on(m);
}

/// A few in each turn, while others wait behind them. True: there are more.
bool room::take_waiting() {
  for (int i = 0; i < requests_a_turn && !waiting_.empty(); ++i) {
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    std::visit([this](const auto& m) { waits(m.from.session) ? wait_behind(m) : on(m); }, next);
  }
  return !waiting_.empty();
}

void room::refuse_waiting(const error& why) {
  for (const auto& each : std::exchange(waiting_, {}))
    std::visit([&](const auto& m) { refuse(m, why); }, each);
}

/// Who asks nothing of a room that was never open gets no answer: there is nothing to leave or to be told of.
template <class T>
void room::refuse(const T& m, const error& why) {
  if constexpr (std::is_same_v<T, update_info>) return answer(info_taken{m.from, name_});
  if constexpr (requires { m.tell; })
    if (m.tell) return m.tell(why);
  if (m.from.serial != 0) answer(refused{m.from, name_, why});
}

void room::fail(const char* what) {
  actors::log().error("room.exception room={:?} what=\"{}\"", name_, what);
  send_exit(this, caf::exit_reason::unhandled_exception);
}

void room::on_open() {
  unavailable_.reset();
  guarded([this] {
    if (take_waiting()) home().turns().mark(*this);
    schedule();
  });
}

void room::on_unavailable(const error& why) {
  unavailable_ = why;
  guarded([&] {
    refuse_waiting(why);
    if (others_) refuse_askers();
    schedule();
  });
}

void room::on_message(const message_ptr& m) {
  guarded([&] {
    tell_observers();  // who came before it came before it
    members_.for_each_shard([&](std::uint32_t s) { tell_sessions(state_, s, deliver{number_, m}); });
  });
}

void room::on_numbering(const position& at, bool child) {
  pages_.clear();
  reads_.renumbered();
  if (doubts_) doubts_->unknown.clear();
  guarded([&] {
    members_.for_each_shard([&](std::uint32_t s) {
      tell_sessions(state_, s, renumbered{number_, at, child});
    });
  });
}

}  // namespace roomd::actors
