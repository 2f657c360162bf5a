#include "actors/hub.hpp"

#include <algorithm>
#include <exception>
#include <type_traits>
#include <unordered_map>

#include "actors/log.hpp"
#include "actors/memory_of.hpp"

namespace roomd::actors {
namespace {

constexpr std::chrono::milliseconds drain_step{50};

}  // namespace

hub_actor::behavior_type hub::make_behavior() {
  const auto handler = [this]<class T>(std::type_identity<T>) { return [this](const T& m) { hear(m); }; };
  return {handler(std::type_identity<joined>{}),
          handler(std::type_identity<left>{}),
          handler(std::type_identity<published>{}),
          handler(std::type_identity<history_read>{}),
          handler(std::type_identity<members_listed>{}),
          handler(std::type_identity<page_read>{}),
          handler(std::type_identity<info_taken>{}),
          handler(std::type_identity<refused>{}),
          handler(std::type_identity<deliver>{}),
          handler(std::type_identity<renumbered>{}),
          handler(std::type_identity<presence_news>{}),
          handler(std::type_identity<room_failed>{}),
          [this](const drain_sessions& m) { drain(m); },
          [this](const drain_due&) { drain_on(); },
          [this](const new_settings& m) { state_.apply(m.value); },
          [this](const collect_stats&) { return numbers(); }};
}

template <class F>
void hub::guarded(F&& step) noexcept {
  try {
    step();
  } catch (const std::exception& fault) {
    log().error("hub.exception what=\"{}\"", fault.what());
  }
}

// A session that has gone has sent its leave behind what is answered here, so the answer can be dropped. One that cannot
// take its answer is closed: it comes back and resumes.
template <class T>
void hub::tell(const T& answer) noexcept {
  guarded([&] { state_.answers.flush(); });
  auto* s = state_.sessions.find(answer.to.session.number);
  if (!s) return;
  bool taken = false;
  guarded([&] {
    state_.deliveries.bring_up(*s);
    s->on(answer);
    taken = true;
  });
  if (!taken) guarded([&] { s->close(close_code::internal_error); });
}

void hub::hear(const joined& m) noexcept { tell(m); }
void hub::hear(const left& m) noexcept { tell(m); }
void hub::hear(const published& m) noexcept { tell(m); }
void hub::hear(const history_read& m) noexcept { tell(m); }
void hub::hear(const members_listed& m) noexcept { tell(m); }
void hub::hear(const page_read& m) noexcept { tell(m); }
void hub::hear(const info_taken& m) noexcept { tell(m); }
void hub::hear(const refused& m) noexcept { tell(m); }

void hub::hear(const deliver& m) noexcept {
  guarded([&] { state_.deliveries.gather(m.number, m.what); });
}

void hub::hear(const renumbered& m) noexcept {
  guarded([&] {
    state_.deliveries.flush(m.number);
    const auto* room = state_.sessions.find_room(m.number);
    if (!room) return;
    for (protocol::seat* s : room->seats) s->owner->renumber(*s, m.at, m.child);
  });
}

void hub::hear(const presence_news& m) noexcept {
  guarded([&] {
    state_.deliveries.flush(m.number);
    const auto* room = state_.sessions.find_room(m.number);
    if (!room) return;
    std::unordered_map<const protocol::session*, const presence_news::pushes*> newcomers;
    for (const auto& [at, pushes] : m.newcomers)
      if (at.shard == home().index()) newcomers[state_.sessions.find(at.number)] = &pushes;
    for (protocol::seat* s : room->seats) {
      if (!s->observer) continue;
      const auto found = newcomers.empty() ? newcomers.end() : newcomers.find(s->owner);
      for (const frame_ptr& push : found == newcomers.end() ? *m.what : *found->second)
        s->owner->news(*s, push);
    }
  });
}

// Every session hears of it: one that is no member may still wait for the room's answer. It happens rarely.
void hub::hear(const room_failed& m) noexcept {
  guarded([&] {
    state_.deliveries.flush(m.number);
    for (const auto& [number, entry] : state_.sessions.sessions()) entry.session->on(m);
  });
}

// --- drain -------------------------------------------------------------------------------------------------------

void hub::drain(const drain_sessions& m) {
  state_.draining = true;
  drain_.left.clear();
  for (const auto& [number, entry] : state_.sessions.sessions()) drain_.left.push_back(number);
  drain_.all = drain_.left.size();
  drain_.begun = home().now();
  drain_.window = m.window;
  drain_.cut_off = home().now() + m.timeout;
  drain_.done = m.done;
  log().info("shard.drain shard={} sessions={}", home().index(), drain_.all);
  drain_on();
}

// As many have been asked to go as the part of the window that is over.
void hub::drain_on() {
  const auto& sessions = state_.sessions.sessions();
  if (sessions.empty()) return drain_.done();
  const auto now = home().now();
  const auto steps = drain_.window / drain_step + 1;
  const auto step = std::min((now - drain_.begun) / drain_step + 1, steps);
  const std::size_t keep =
      drain_.all - drain_.all * static_cast<std::size_t>(step) / static_cast<std::size_t>(steps);
  while (drain_.left.size() > keep) {
    if (auto found = sessions.find(drain_.left.back()); found != sessions.end())
      send(found->second.actor, drain_session{});
    drain_.left.pop_back();
  }
  if (now >= drain_.cut_off)
    for (const auto& [number, entry] : sessions) send(entry.actor, end_session{close_code::going_away});
  delayed_send(this, drain_step, drain_due{});
}

// --- numbers -----------------------------------------------------------------------------------------------------

shard_stats hub::numbers() {
  ++state_.stats.answers;
  shard_stats n = state_.stats;
  const auto& c = state_.counters;
  n.deliveries = c.deliveries;
  n.commands = c.commands;
  n.errors = c.errors;
  n.catch_ups = c.catch_ups;
  n.gaps = c.gaps;
  n.drops = c.drops;
  n.connections = state_.sessions.sessions().size();
  n.members = state_.sessions.members();
  n.history_bytes = state_.engine->bytes();
  state_.engine->count(n);
  n.mailbox_depth = home().depth();
  n.loop = home().loop_latency();
  n.memory = memory_of(state_);
  if (state_.add_process_stats) state_.add_process_stats(n);
  return n;
}

}  // namespace roomd::actors
