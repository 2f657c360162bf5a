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

/// The others answer within a round trip; who is far or busy takes longer, and is listed then.
constexpr std::chrono::milliseconds gathering_time{300};

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
    for (const auto& word : others_->here.take_words()) say(word);
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
    others_->gathered = home().now() + gathering_time;
    say(others_->here.ask());
    others_->here.want_list();
    speak();
    schedule();
  });
}

void room::on_word(std::string_view text) {
  if (!others_) return;
  guarded([&] {
    auto word = protocol::read_presence(text);
    if (!word || word->node == state_.engine->node()) return;
    state_.engine->heard(word->node);
    absorb(others_->there.take(std::move(*word), home().now()));
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

// The others have to have been asked before the list is whole.
caf::result<member_list> room::on(const list_users&) {
  if (!others_ || unavailable_ || (others_->gathered != time_point{} && home().now() >= others_->gathered))
    return presence_.list();
  auto later = make_response_promise<member_list>();
  others_->askers.push_back(later);
  schedule();
  return later;
}

void room::answer_askers() {
  if (!others_ || others_->gathered == time_point{} || home().now() < others_->gathered) return;
  for (auto& each : std::exchange(others_->askers, {})) each.deliver(presence_.list());
}

}  // namespace roomd::actors
