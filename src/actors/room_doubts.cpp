// Joins from positions that the room's log does not know. Who has seen more than the log has it from another node, which
// was ahead of this one: the engine is asked before anybody is told that something is lost. One question is under way at a
// time and serves all who came before it; only their sessions wait. Epochs that the engine does not know either are
// remembered: after an emptied engine thousands come from one.
#include <algorithm>
#include <utility>
#include <variant>

#include "actors/room.hpp"

namespace roomd::actors {
namespace {

constexpr std::size_t most_unknown = 16;
constexpr int releases_a_turn = 64;

}  // namespace

bool room::waits(session_address session) const {
  return doubts_ && (doubts_->released.has(session) || doubts_->held.has(session));
}

void room::wait_behind(protocol::room_request r) {
  const auto session = std::visit([](const auto& m) { return m.from.session; }, r);
  (doubts_->released.has(session) ? doubts_->released : doubts_->held).push(std::move(r));
}

void room::doubt(const join_room& m) {
  if (!doubts_) doubts_ = std::make_unique<doubts>();
  doubts_->held.push(m);
  refresh();
}

/// For all who wait by now, unless those of the last time are not done yet.
void room::refresh() {
  doubts& d = *doubts_;
  if (d.refreshing || !d.released.empty() || d.held.empty()) return;
  d.refreshing = true;
  d.covered = d.held.size();
  open_->refresh([this](const std::optional<error>& why_not) {
    guarded([&] {
      doubts& now = *doubts_;
      now.refreshing = false;
      now.why_not = why_not;
      now.released = std::exchange(now.held, {});
      home().turns().mark(*this);
    });
  });
}

/// True: there are more.
bool room::release() {
  if (!doubts_) return false;
  doubts& d = *doubts_;
  for (int i = 0; i < releases_a_turn && !d.released.empty(); ++i) {
    auto next = d.released.pop();
    const bool covered = d.covered > 0;
    if (covered) --d.covered;
    auto* const joins = std::get_if<join_room>(&next);
    if (joins && covered && !d.held.has(joins->from.session)) {
      release(*joins);
    } else if (std::visit([&](const auto& m) { return d.held.has(m.from.session); }, next)) {
      d.held.push(std::move(next));
    } else {
      std::visit([this](const auto& m) { on(m); }, next);
    }
  }
  if (d.released.empty()) refresh();
  return !d.released.empty();
}

void room::release(const join_room& m) {
  if (doubts_->why_not) return answer(refused{m.from, name_, *doubts_->why_not});
  if (m.since && !log().common(*m.since)) remember_unknown(m.since->epoch);
  admit(m);
}

bool room::is_unknown(const roomd::epoch& e) const {
  return doubts_ && std::find(doubts_->unknown.begin(), doubts_->unknown.end(), e) != doubts_->unknown.end();
}

void room::remember_unknown(const roomd::epoch& e) {
  doubts& d = *doubts_;
  if (is_unknown(e)) return;
  if (d.unknown.size() < most_unknown) return d.unknown.push_back(e);
  d.unknown[d.oldest] = e;
  d.oldest = (d.oldest + 1) % most_unknown;
}

}  // namespace roomd::actors
