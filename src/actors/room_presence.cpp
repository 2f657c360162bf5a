// Who is in the room, on this node and on the others that share the engine: what this node tells them, what they say,
// and who may not be alive any more.
#include <algorithm>
#include <iterator>
#include <utility>

#include "actors/log.hpp"
#include "actors/room.hpp"
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
  announce(presence_.update(m.from.session, m.info, m.info_stamp));
  const auto* member = members_.find(m.from.session);
  if (!others_ || !member) return;
  others_->here.update(member->session_id, m.info, m.info_stamp);
  speak();
}

/// What has gathered leaves at the end of the turn, together.
void room::speak() {
  if (others_->here.due()) home().turns().mark(*this);
}

void room::on_turn_end() noexcept {
  guarded([this] {
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
    absorb(others_->there.take(std::move(*word), home().now()));
    answer_askers();
    schedule();
  });
}

// A dead node's sessions have been gone for a lease already: they get no grace.
void room::absorb(remote_members::outcome o, bool dead) {
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

caf::result<member_list> room::on(const list_users&) {
  if (!others_ || others_->complete) return presence_.list();
  if (unavailable_) return caf::make_error(caf::sec::runtime_error);
  auto later = make_response_promise<member_list>();
  const bool anew = others_->gather_by != time_point{} && home().now() >= others_->gather_by && !gathered();
  if (anew) ask_others();  // the last time somebody did not answer
  others_->askers.push_back(later);
  answer_askers();
  schedule();
  return later;
}

/// A list that lacks somebody's answer is none.
void room::answer_askers() {
  if (!others_) return;
  if (gathered()) {
    others_->complete = true;
    for (auto& each : std::exchange(others_->askers, {})) each.deliver(presence_.list());
  } else if (others_->gather_by != time_point{} && home().now() >= others_->gather_by) {
    refuse_askers();
  }
}

void room::refuse_askers() {
  for (auto& each : std::exchange(others_->askers, {}))
    each.deliver(caf::make_error(caf::sec::runtime_error));
}

}  // namespace roomd::actors
