#include "load/behind.hpp"

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "load/traffic.hpp"

namespace bench {
namespace {

constexpr std::chrono::seconds patience{120};
constexpr std::uint64_t calm_seconds = 5;

void wait_for(swarm& s, const std::function<bool()>& done, const char* what) {
  if (!s.spin(done, patience)) throw std::runtime_error(std::string("not in time: ") + what);
}

/// Publishes at a rate whenever it is asked to.
class metronome {
 public:
  metronome(swarm& s, std::size_t rate)
      : swarm_(s), interval_(1'000'000'000 / static_cast<nanoseconds>(rate)), next_(clock_now()) {}
  void tick() {
    if (clock_now() < next_) return;
    swarm_.publish(0, 1);
    next_ += interval_;
    ++published_;
  }
  std::uint64_t published() const { return published_; }

 private:
  swarm& swarm_;
  nanoseconds interval_;
  nanoseconds next_;
  std::uint64_t published_ = 0;
};

nlohmann::json losses(tally& t) { return {{"gaps", t.gaps}, {"repeats", t.repeats}, {"closed", t.closed}}; }

bool all_at(swarm& s, std::size_t count, std::uint64_t number) {
  const auto& m = s.members();
  return std::all_of(m.begin(), m.begin() + static_cast<std::ptrdiff_t>(count),
                     [&](const auto& c) { return c->newest() >= number; });
}

/// What those who return have missed: the numbers after `since`, up to `until`.
struct missed {
  std::string epoch;
  std::uint64_t since = 0;
  std::uint64_t until = 0;
};

/// Publishes it as fast as it goes. Who is in that room already has it when this returns.
missed publish_missed(swarm& s, const storm_plan& plan) {
  constexpr std::uint64_t most_at_once = 100;
  swarm scout(s.how());
  scout.join(s.how().member, 1, plan.room);
  const auto newest = [&] { return scout.members().front()->newest(); };
  const auto publish = [&](std::uint64_t count, std::uint64_t until) {
    s.publish(plan.room, count);
    wait_for(
        scout, [&] { return newest() >= until; }, "what will be missed");
  };
  publish(1, 1);
  missed m{scout.seen().epoch, newest(), newest() + plan.behind};
  while (newest() < m.until) {
    const auto count = std::min(most_at_once, m.until - newest());
    publish(count, newest() + count);
  }
  if (plan.room == 0)
    wait_for(
        s, [&] { return all_at(s, s.members().size(), m.until); }, "what the others hear of it");
  return m;
}

/// What returning clients do before they ask, and what they ask: the last of their steps.
std::pair<role, std::string> split_returning(const dialect& how, std::size_t room, const missed& m) {
  role r = how.returning;
  const std::string ask =
      fill_in(r.steps.back().text,
              {{"room", room_name(room)}, {"epoch", m.epoch}, {"since", std::to_string(m.since)}});
  r.steps.pop_back();
  return {std::move(r), ask};
}

/// Publishes live messages until it is `done`, then waits until all members have them. Returns when it was done.
nanoseconds live_until(swarm& s, std::size_t rate, const std::function<bool(std::uint64_t)>& done,
                       const char* what) {
  s.seen().time_from_now();
  const auto delivered = s.seen().deliveries;
  metronome beat(s, rate);
  wait_for(
      s, [&] { return beat.tick(), done(beat.published()); }, what);
  const auto at = clock_now();
  wait_for(
      s, [&] { return s.seen().deliveries - delivered == beat.published() * s.members().size(); },
      "the live messages");
  return at;
}

/// The latency of live messages while nothing else happens.
nlohmann::json calm_latency(swarm& s, std::size_t rate, std::uint64_t count) {
  live_until(
      s, rate, [&](std::uint64_t published) { return published > count; }, "calm traffic");
  return summary(s.seen().latencies);
}

/// Both at once: who is `back` gets what it asks for with `go`, and live messages go to all. Ends when it is `done`.
nlohmann::json storm(swarm& s, swarm& back, std::size_t rate, const std::function<void()>& go,
                     const std::function<bool()>& done) {
  back.seen().only_numbers = true;
  s.poll_too(&back);
  const auto begun = clock_now();
  go();
  const auto ended = live_until(
      s, rate, [&](std::uint64_t) { return done(); }, "the end of the storm");
  s.poll_too(nullptr);
  return {{"ns", ended - begun}, {"storm", summary(s.seen().latencies)}, {"others", losses(s.seen())}};
}

}  // namespace

nlohmann::json catch_up_storm(swarm& s, const storm_plan& plan, const std::function<void()>& before) {
  const missed m = publish_missed(s, plan);
  const auto calm = calm_latency(s, plan.rate, plan.rate * calm_seconds);
  const auto [prepared, ask] = split_returning(s.how(), plan.room, m);
  swarm back(s.how());
  back.join(prepared, plan.returning, plan.room);
  before();

  const std::string command = client_frame(s.how().kind, ask);
  const auto go = [&] {
    for (auto& c : back.members()) {
      c->expect_from(m.since + 1);
      c->send_raw(command);
    }
  };
  auto out = storm(s, back, plan.rate, go, [&] { return all_at(back, plan.returning, m.until); });
  out["calm"] = calm;
  out["bytes"] = back.seen().bytes;
  out["returning"] = losses(back.seen());
  return out;
}

nlohmann::json replay(swarm& s, const replay_plan& plan) {
  swarm back(s.how());
  back.join(s.how().member, plan.returning, 1);
  const auto due = back.seen().bytes + plan.returning * plan.bytes;
  const std::string command = "!replay " + room_name(1) + ' ' + std::to_string(plan.bytes) + ' ' +
                              std::to_string(plan.a_turn) +
                              (plan.room == 0 ? ' ' + room_name(0) : std::string());
  return storm(
      s, back, plan.rate, [&] { s.say(command); }, [&] { return back.seen().bytes >= due; });
}

slow_readers::slow_readers(swarm& beside, std::size_t count) : beside_(beside), slow_(beside.how()) {
  slow_.join(beside.how().member, count, 0);
  beside_.poll_too(&slow_);
}

slow_readers::~slow_readers() { beside_.poll_too(nullptr); }

void slow_readers::stall() {
  for (auto& c : slow_.members()) slow_.watch(*c, false);
}

nlohmann::json slow_readers::read_on(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) slow_.watch(*slow_.members()[i], true);
  const auto begun = clock_now();
  wait_for(
      beside_, [&] { return all_at(slow_, count, beside_.members().front()->newest()); }, "slow readers");
  auto out = losses(slow_.seen());
  out["ns"] = clock_now() - begun;
  return out;
}

}  // namespace bench
