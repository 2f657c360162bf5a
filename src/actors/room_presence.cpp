// Who is in the room, on this node and on the others that share the engine: what this node tells them, what they say,
// and who may not be alive any more.
#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/log.hpp"
#include "actors/room.hpp"
#include "protocol/encode.hpp"
#include "protocol/member_text.hpp"
#include "protocol/presence_text.hpp"

namespace roomd::actors {
namespace {

/// So long the others may take to say who is there; then who asks is told that it is not known.
constexpr std::chrono::milliseconds gathering_time{1500};

void add(presence_change& all, presence_change&& more) {
  const auto move_to = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  move_to(all.joined, more.joined);
  move_to(all.left, more.left);
  move_to(all.updated, more.updated);
}

}  // namespace

// --- who hears of it here --------------------------------------------------------------------------------------------

void room::announce(presence_change change) {
  if (change.empty() || members_.observers() == 0) return;
  digest_.add(std::move(change));
  if (digest_.full()) tell_observers();
  home().turns().mark(*this);
}

// Once for all observers, on whichever shard.
void room::tell_observers() {
  if (digest_.empty()) return;
  const std::size_t bytes = bounded({}, 0, state_.settings->session.outbox_bytes).bytes;
  auto [all, newcomers] = digest_.take();
  presence_news news{number_, {}, {}};
  news.what = std::make_shared<const presence_news::pushes>(protocol::members_pushes(name_, all, bytes));
  for (const auto& [at, change] : newcomers)
    news.newcomers.emplace_back(at, protocol::members_pushes(name_, change, bytes));
  members_.for_each_observing_shard([&](std::uint32_t s) { tell_sessions(state_, s, news); });
}

/// The joiner is in the list, and hears of what comes after it.
void room::list_for(const join_room& m, joined& a) {
  if (a.already) tell_observers();  // it may be one
  a.members = members_page({});
  if (!a.already) digest_.add_newcomer(m.from.session);
}

// Where nobody is in the room here, the question opens it: what the other nodes have is waited for, or the list would be
// empty. Who observes and asks is told first of what the list takes for granted: it is read in pages, of which this is
// one.
void room::on(const list_members& m) {
  const auto* member = members_.find(m.from.session);
  if (!member && await_others()) {
    others_->listers.push_back(m);
    answer_askers();
    return schedule();
  }
  if (member && member->observer) tell_observers();
  list(m);
}

void room::list(const list_members& m) {
  answer(members_listed{m.from, name_, members_page({m.form, m.after, m.limit}), m.form});
}

member_page_ptr room::members_page(member_query q) {
  q = bounded(std::move(q), q.limit, state_.settings->session.outbox_bytes);
  if (auto known = state_.member_pages.find(number_, presence_.version(), q)) return known;
  auto page = protocol::write_member_page(name_, presence_.read(q), q);
  state_.member_pages.keep(number_, presence_.version(), q, page);
  return page;
}

// --- what this node tells --------------------------------------------------------------------------------------------

void room::came(const join_room& m) {
  if (!others_) return;
  others_->here.join({m.session_id, m.who, m.info_stamp});
  speak();
}

/// Before it is taken out of the members.
void room::went(session_address session) {
  const auto* member = others_ ? members_.find(session) : nullptr;
  if (!member) return;
  others_->here.leave(member->session_id);
  speak();
}

void room::on(const update_info& m) {
  announce(presence_.update(m.from.session, *m.info, m.info_stamp));
  answer(info_taken{m.from, name_});
  const auto* member = members_.find(m.from.session);
  if (!others_ || !member) return;
  others_->here.update(member->session_id, *m.info, m.info_stamp);
  speak();
}

/// What has gathered leaves at the end of the turn, together.
void room::speak() {
  if (others_->here.due()) home().turns().mark(*this);
}

void room::on_turn_end() noexcept {
  guarded([this] {
    tell_observers();
    if (!open_ || !open_->is_open()) return;  // a list is said when it is
    if (others_) {
      for (const auto& word : others_->here.take_words()) say(word);
    }
    const bool more = take_waiting();
    if (release() || more) home().turns().mark_next(*this);
  });
}

/// A room that has closed its log, and may be about to end, has nothing to say.
void room::say(const presence_word& word) {
  if (open_ && open_->is_open()) open_->say(protocol::write_presence(word));
}

// --- what the others say ---------------------------------------------------------------------------------------------

void room::on_words() {
  if (!others_) return;
  guarded([this] {
    others_->there.doubt(home().now());
    others_->complete = false;
    ask_others();
    others_->here.want_list();
    speak();
    schedule();
  });
}

void room::ask_others() {
  others_->gather_by = home().now() + gathering_time;
  others_->expected.reset();
  if (!open_ || !open_->is_open()) return;
  open_->ask(protocol::write_presence(others_->here.ask()), [this](std::size_t nodes) {
    guarded([&] {
      others_->expected = nodes;
      answer_askers();
    });
  });
}

void room::on_word(std::string_view text) {
  if (!others_) return;
  guarded([&] {
    auto word = protocol::read_presence(text);
    if (!word || word->node == state_.engine->node()) return;
    state_.engine->heard(word->node);
    state_.stamps->heard(newest_stamp(*word));
    absorb(others_->there.take(std::move(*word), home().now()));
    answer_askers();
    schedule();
  });
}

// A dead node's sessions have been gone for a lease already: they get no grace.
void room::absorb(remote_members::outcome o, bool dead) {
  state_.stats.remote_members += o.came.size() - o.gone.size();
  others_->listed += o.came.size() - o.gone.size();
  presence_change change;
  for (auto& each : o.came)
    add(change, presence_.join(each.at, std::move(each.who.id), std::move(each.who.who), each.who.stamp));
  for (auto& each : o.updated) add(change, presence_.update(each.at, std::move(each.info), each.stamp));
  for (const auto& each : o.gone)
    add(change, dead ? presence_.drop(each) : presence_.leave(each, home().now()));
  announce(std::move(change));
  for (const auto& node : o.ask) say(others_->here.ask(node));
  if (!o.asked) return;
  others_->here.want_list();
  speak();
}

void room::on(const node_ended& m) {
  if (!others_) return;
  absorb(others_->there.forget(m.node), true);
  schedule();
}

void room::on(const node_returned& m) {
  if (others_) say(others_->here.ask(m.node));
}

void room::on(const node_lapsed&) {
  if (!others_) return;
  others_->here.want_list();
  speak();
}

// --- who asks --------------------------------------------------------------------------------------------------------

// The list is whole when every node that heard the question has said who is there.
bool room::gathered() const { return others_->expected && others_->there.trusted() >= *others_->expected; }

/// Whether the list is not whole yet. Asks again where the others were not asked, or somebody did not answer in time.
bool room::await_others() {
  if (!others_ || others_->complete) return false;
  const bool late = home().now() >= others_->gather_by && !gathered();  // also where they were not asked
  if (late) ask_others();
  return true;
}

caf::result<users_listed> room::on(const list_users& m) {
  if (!others_ || others_->complete) return users_listed{members_page(m.query), {}};
  if (unavailable_) return users_listed{nullptr, unavailable_};
  auto later = make_response_promise<users_listed>();
  const bool anew = others_->gather_by != time_point{} && home().now() >= others_->gather_by && !gathered();
  if (anew) ask_others();  // the last time somebody did not answer
  others_->askers.push_back({later, m.query});
  answer_askers();
  schedule();
  return later;
}

/// A list that lacks somebody's answer is none.
void room::answer_askers() {
  if (!others_) return;
  if (gathered()) {
    others_->complete = true;
    for (auto& each : std::exchange(others_->askers, {}))
      each.promise.deliver(users_listed{members_page(each.query), {}});
    for (const auto& each : std::exchange(others_->listers, {})) list(each);
  } else if (others_->gather_by != time_point{} && home().now() >= others_->gather_by) {
    refuse_askers();
  }
}

void room::refuse_askers() {
  const error why = unavailable_.value_or(
      error{errc::unavailable, "who is in the room cannot be told now", std::chrono::seconds(1)});
  for (auto& each : std::exchange(others_->askers, {})) each.promise.deliver(users_listed{nullptr, why});
  // A session gets the list as far as it is known.
  for (const auto& each : std::exchange(others_->listers, {}))
    unavailable_ ? answer(refused{each.from, name_, why}) : list(each);
}

}  // namespace roomd::actors
