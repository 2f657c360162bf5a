#include "store/redis_leases.hpp"

#include <algorithm>
#include <utility>

namespace roomd::store {

namespace {

using std::chrono::milliseconds;

/// An answer that took longer says too little about the present.
constexpr milliseconds slow{500};
/// Between two runs, also where the first failed.
constexpr milliseconds least_pause{100};

}  // namespace

time_point redis_leases::next_look(time_point now) const {
  if (!tried_ || after_loss_) return now;
  time_point next = *tried_ + (failed_ ? lease_ / 10 : beat());
  for (const auto& [name, n] : nodes_) {
    if (n.lives) next = std::min(next, std::max(n.over, judge_from_));
  }
  return std::max({next, *tried_ + least_pause, now});
}

std::vector<std::string> redis_leases::take(const redis_reply& reply, time_point asked_at, time_point now) {
  tried_ = asked_at;
  const auto rows = rows_of(reply);
  failed_ = !rows;
  const bool lost = std::exchange(after_loss_, false);
  if (lost || failed_ || now - asked_at > slow) beware(now);
  if (failed_) return {};
  ++looks_;
  for (const row& r : *rows) {
    if (r.node == own_) {
      look_at_own(r, asked_at, now);
    } else {
      look_at(r, now);
    }
  }
  looked_ = asked_at;
  auto ended = asked_at >= judge_from_ ? judge(asked_at) : std::vector<std::string>();
  std::erase_if(nodes_, [this](const auto& n) { return !n.second.lives && n.second.seen != looks_; });
  return ended;
}

void redis_leases::look_at_own(const row& r, time_point asked_at, time_point now) {
  // A beat that did not grow was counted anew: to others it may seem to have stood still.
  if (renewed_ && (now - renewed_->since > lease_ || r.beat <= renewed_->beat)) own_lapsed_ = true;
  renewed_ = {r.beat, asked_at};
}

void redis_leases::look_at(const row& r, time_point now) {
  const auto [place, fresh] = nodes_.try_emplace(std::string(r.node));
  entry& n = place->second;
  n.seen = looks_;
  if (n.beat == r.beat) return;
  milliseconds age = r.age;
  if (n.beat && looked_) {  // it moved since our last look
    age = std::min(age, std::chrono::ceil<milliseconds>(now - *looked_));
    if (!std::exchange(n.lives, true)) returned_.push_back(place->first);
  }
  n.beat = r.beat;
  n.over = now + lease_ - age;
  if (fresh) n.lives = n.over > now;  // else a dead node's remains, which nobody here has known
}

std::vector<std::string> redis_leases::judge(time_point asked_at) {
  std::vector<std::string> ended;
  for (auto& [name, n] : nodes_) {
    if (!n.lives || n.over > asked_at) continue;
    n.lives = false;
    ended.push_back(name);
  }
  return ended;
}

void redis_leases::heard(const std::string& node, time_point now) {
  if (node == own_) return;
  const auto [place, fresh] = nodes_.try_emplace(node);
  entry& n = place->second;
  if (fresh) n.over = now + lease_;
  if (!n.lives) n.over = now;  // the next look decides
  n.lives = true;
}

std::size_t redis_leases::living() const {
  return static_cast<std::size_t>(
      std::count_if(nodes_.begin(), nodes_.end(), [](const auto& n) { return n.second.lives; }));
}

std::optional<std::vector<redis_leases::row>> redis_leases::rows_of(const redis_reply& reply) {
  using kind = redis_reply::kind;
  const auto& items = reply.items;
  if (reply.what != kind::list || items.size() % 3 != 0) return std::nullopt;
  std::vector<row> rows;
  for (std::size_t i = 0; i < items.size(); i += 3) {
    const redis_reply& age = items[i + 2];
    if (items[i].what != kind::text || items[i + 1].what != kind::integer || age.what != kind::integer)
      return std::nullopt;
    // No age is of use beyond a day, and none that Redis cannot have said may upset the reckoning.
    const milliseconds most = std::chrono::hours(24);
    rows.push_back({items[i].text, items[i + 1].integer,
                    std::clamp(milliseconds(age.integer), milliseconds::zero(), most)});
  }
  return rows;
}

}  // namespace roomd::store
