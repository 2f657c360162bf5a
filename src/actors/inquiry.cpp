#include "actors/inquiry.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace roomd::actors {
namespace {

/// A shard that has not answered by then is stuck; the watchdog is about to say so too.
constexpr std::chrono::seconds patience{2};

/// The answers of all shards on their way to one scrape. Those that do not come stay empty.
struct gathering {
  std::vector<shard_stats> answers;
  std::size_t missing;
  std::function<void(std::vector<shard_stats>)> done;

  void arrived() {
    if (--missing == 0) done(std::move(answers));
  }
};

/// A node whose rooms come back serves again when nine of ten are back. A few that Redis refuses for good are reported,
/// but no reason to send all clients away.
node_readiness readiness_of(const std::vector<shard_stats>& all) {
  node_readiness r;
  std::uint64_t rooms = 0;
  for (const auto& each : all) {
    rooms += each.rooms;
    r.rooms_not_served += each.engine_unserved;
    if (r.problem.empty()) r.problem = each.engine_problem;
  }
  const auto late = std::count_if(all.begin(), all.end(), [](const auto& each) { return each.late; });
  if (r.problem.empty() && late > 0)
    r.problem = std::to_string(late) + " of " + std::to_string(all.size()) + " threads do not answer";
  if (r.problem.empty() && r.rooms_not_served >= 10 && r.rooms_not_served * 10 > rooms)
    r.problem = std::to_string(r.rooms_not_served) + " of " + std::to_string(rooms) + " rooms are not served";
  return r;
}

}  // namespace

inquiry_actor::behavior_type inquiry::make_behavior() {
  return {[this](const serving& m) { serving_ = m.yes; }, [this](const known_stats& m) { know(*m.all); }};
}

void inquiry::users(std::string room, member_query query,
                    std::function<void(result<member_page_ptr>)> answer) {
  const auto& directory = state_.directories[state_.shard_of(room)];
  request(directory, patience, list_users{std::move(room), std::move(query)})
      .then(
          [answer](users_listed& who) {
            who.page ? answer(std::move(who.page)) : answer(std::move(*who.why_not));
          },
          [answer](const caf::error& why) {
            if (why == caf::sec::request_timeout)
              return answer(error{errc::timeout, "the room did not answer in time", {}});
            answer(
                error{errc::unavailable, "who is in the room cannot be told now", std::chrono::seconds(1)});
          });
}

void inquiry::readiness(std::function<void(const node_readiness&)> answer) {
  if (!serving_) return answer({"the node starts or drains", 0});
  stats([answer = std::move(answer)](const std::vector<shard_stats>& all) { answer(readiness_of(all)); });
}

void inquiry::stats(std::function<void(std::vector<shard_stats>)> answer) {
  auto all = std::make_shared<gathering>();
  all->answers.resize(state_.hubs.size());
  all->missing = state_.hubs.size();
  all->done = [this, answer = std::move(answer)](std::vector<shard_stats> found) {
    know(std::move(found));
    const auto shared = std::make_shared<const std::vector<shard_stats>>(known_);
    for (const auto& other : state_.inquiries)
      if (other.address() != address()) send(other, known_stats{shared});
    answer(*shared);
  };
  for (std::size_t i = 0; i < state_.hubs.size(); ++i)
    request(state_.hubs[i], patience, collect_stats{})
        .then(
            [all, i](shard_stats& s) {
              all->answers[i] = std::move(s);
              all->arrived();
            },
            [all](const caf::error&) { all->arrived(); });
}

// A scrape that leaves a shard out, or has older numbers of it than the one before, would look like a restart.
void inquiry::know(std::vector<shard_stats> newer) {
  known_.resize(newer.size());
  for (std::size_t i = 0; i < newer.size(); ++i) {
    if (newer[i].answers > known_[i].answers) {
      known_[i] = std::move(newer[i]);
    } else if (newer[i].answers == 0) {
      known_[i].late = true;
    }
  }
}

}  // namespace roomd::actors
