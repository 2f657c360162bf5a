#include "store/redis_leases.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace roomd::store {

namespace {

using std::chrono::milliseconds;

/// An answer that took longer says too little about the present.
constexpr milliseconds slow{500};
/// So much later than it is due a beat may come before we ask about its node.
constexpr milliseconds grace{500};
/// What is said on a channel makes us remember no more than these.
constexpr std::size_t most_nodes = 10000;
/// Between two runs, also where the first failed.
constexpr milliseconds least_pause{100};

}  // namespace

time_point redis_leases::next_look(time_point now) const {
  if (!tried_ || after_loss_) return now;
  time_point next = *tried_ + (failed_ ? lease_ / 10 : lease_);
  for (const auto& [name, n] : nodes_) {
    if (n.lives) next = std::min(next, std::max(patience_of(n), judge_from_));
  }
  return std::max({next, *tried_ + least_pause, now});
}

std::vector<std::string_view> redis_leases::late(time_point now) const {
  std::vector<std::string_view> names;
  for (const auto& [name, n] : nodes_) {
    if (n.lives && patience_of(n) <= now && names.size() < most_late) names.push_back(name);
  }
  return names;
}

// Who is connected and says nothing stands still, and may come back.
time_point redis_leases::patience_of(const entry& n) const {
  return n.due + (n.connected ? std::max(lease_ * 3 / 5, grace) : grace);
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
      look_at(r, asked_at, now);
    }
  }
  looked_ = asked_at;
  auto ended = asked_at >= judge_from_ ? judge(asked_at) : std::vector<std::string>();
  std::erase_if(nodes_, [this](const auto& n) { return !n.second.lives && n.second.seen != looks_; });
  return ended;
}

void redis_leases::look_at_own(const row& r, time_point asked_at, time_point now) {
  // A beat that did not grow was counted anew: to others it may seem to have stood still.
  if (renewed_ && (now - renewed_->since > lease_ + grace || r.beat <= renewed_->beat)) own_lapsed_ = true;
  renewed_ = {r.beat, asked_at};
}

void redis_leases::look_at(const row& r, time_point asked_at, time_point now) {
  const auto [place, fresh] = nodes_.try_emplace(std::string(r.node));
  entry& n = place->second;
  n.seen = looks_;
  if (r.listening >= 0) n.asked = looks_;
  n.connected = r.listening > 0 || (r.listening < 0 && n.connected);
  const bool said_since = n.beat && r.beat < *n.beat && n.due - lease_ >= asked_at;
  if (n.beat == r.beat || said_since) return;
  milliseconds age = r.age;
  if (n.beat && looked_) age = std::min(age, std::chrono::ceil<milliseconds>(now - *looked_));
  if (fresh) n.lives = age < lease_ + grace;  // else a dead node's remains, which nobody here has known
  moved(*place, r.beat, now + lease_ - age);
}

void redis_leases::moved(nodes_t::value_type& node, std::int64_t beat, time_point due) {
  entry& n = node.second;
  if (n.beat && !std::exchange(n.lives, true)) returned_.push_back(node.first);
  n.beat = beat;
  n.due = due;
  n.connected = false;
}

void redis_leases::take_beat(std::string_view said, time_point now) {
  const auto space = said.find(' ');
  const std::string node(said.substr(0, space));
  if (space == said.npos || space == 0 || node == own_) return;
  std::int64_t beat = 0;
  const auto* const end = said.data() + said.size();
  const auto [stop, fault] = std::from_chars(said.data() + space + 1, end, beat);
  if (fault != std::errc() || stop != end) return;
  if (nodes_.size() >= most_nodes && !nodes_.contains(node)) return;
  const auto place = nodes_.try_emplace(node).first;
  if (place->second.beat && beat <= *place->second.beat) return;  // comes late, or twice
  moved(*place, beat, now + lease_);
}

std::vector<std::string> redis_leases::judge(time_point asked_at) {
  std::vector<std::string> ended;
  for (auto& [name, n] : nodes_) {
    const bool unanswered = n.seen == looks_ && n.asked != looks_;
    if (!n.lives || unanswered || patience_of(n) > asked_at) continue;
    n.lives = false;
    ended.push_back(name);
  }
  return ended;
}

void redis_leases::heard(const std::string& node, time_point now) {
  if (node == own_) return;
  const auto [place, fresh] = nodes_.try_emplace(node);
  entry& n = place->second;
  if (fresh) n.due = now + lease_;
  if (!n.lives) {  // the next look decides
    n.due = now - grace;
    n.connected = false;
  }
  n.lives = true;
}

std::size_t redis_leases::living() const {
  return static_cast<std::size_t>(
      std::count_if(nodes_.begin(), nodes_.end(), [](const auto& n) { return n.second.lives; }));
}

std::optional<std::vector<redis_leases::row>> redis_leases::rows_of(const redis_reply& reply) {
  using kind = redis_reply::kind;
  const auto& items = reply.items;
  if (reply.what != kind::list || items.size() % 4 != 0) return std::nullopt;
  std::vector<row> rows;
  for (std::size_t i = 0; i < items.size(); i += 4) {
    const redis_reply &age = items[i + 2], &listening = items[i + 3];
    if (items[i].what != kind::text || items[i + 1].what != kind::integer || age.what != kind::integer ||
        listening.what != kind::integer)
      return std::nullopt;
    // No age is of use beyond a day, and none that Redis cannot have said may upset the reckoning.
    const milliseconds most = std::chrono::hours(24);
    rows.push_back({items[i].text, items[i + 1].integer,
                    std::clamp(milliseconds(age.integer), milliseconds::zero(), most), listening.integer});
  }
  return rows;
}

}  // namespace roomd::store
