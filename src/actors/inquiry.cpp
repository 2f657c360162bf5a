#include "actors/inquiry.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace roomd::actors {
namespace {

/// A shard that has not answered by then is stuck; the watchdog is about to say so too.
constexpr std::chrono::seconds patience{2};

/// The answers of all shards on their way to one scrape.
struct gathering {
  std::vector<std::optional<shard_stats>> answers;
  std::size_t missing;
  std::function<void(std::vector<shard_stats>)> done;

  void arrived() {
    if (--missing > 0) return;
    std::vector<shard_stats> all;
    for (auto& a : answers)
      if (a) all.push_back(std::move(*a));
    done(std::move(all));
  }
};

}  // namespace

inquiry_actor::behavior_type inquiry::make_behavior() {
  return {[this](const serving& m) { serving_ = m.yes; }};
}

void inquiry::users(std::string room, std::function<void(result<std::vector<member>>)> answer) {
  const auto& directory = state_.directories[state_.shard_of(room)];
  request(directory, patience, list_users{std::move(room)})
      .then([answer](member_list& who) { answer(std::move(who)); },
            [answer](const caf::error&) {
              answer(error{errc::timeout, "the room did not answer in time", {}});
            });
}

void inquiry::stats(std::function<void(std::vector<shard_stats>)> answer) {
  auto all = std::make_shared<gathering>();
  all->answers.resize(state_.hubs.size());
  all->missing = state_.hubs.size();
  all->done = std::move(answer);
  for (std::size_t i = 0; i < state_.hubs.size(); ++i)
    request(state_.hubs[i], patience, collect_stats{})
        .then(
            [all, i](shard_stats& s) {
              all->answers[i] = std::move(s);
              all->arrived();
            },
            [all](const caf::error&) { all->arrived(); });
}

}  // namespace roomd::actors
