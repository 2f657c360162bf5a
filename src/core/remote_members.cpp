#include "core/remote_members.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace roomd {

remote_members::outcome remote_members::take(presence_word w, time_point now) {
  outcome o;
  if (w.node == own_) return o;
  if (!is_sensible(w) || (peers_.size() >= max_nodes && !peers_.contains(w.node))) {
    ++nonsense_;
    return o;
  }
  if (const auto* a = std::get_if<ask_word>(&w.what)) {
    o.asked = a->to.empty() || a->to == own_;
    return o;
  }
  peer& p = peers_[w.node];
  if (auto* l = std::get_if<list_word>(&w.what)) take(p, *l, w.node, now, o);
  if (auto* n = std::get_if<news_word>(&w.what)) take(p, *n, w.node, now, o);
  return o;
}

void remote_members::take(peer& p, list_word& l, const std::string& node, time_point now, outcome& o) {
  if (l.life > p.life && l.part == 1) {
    p.life = l.life;
    p.number = 0;
    p.parts = l.parts;
    p.listed.clear();
    await_list(p, standing::listing, now);
  } else if (l.life > p.life) {
    return suspect(p, node, now, o);
  } else if (l.life < p.life || p.now != standing::listing || l.part <= p.number) {
    return;  // said before, or of a life that is lost
  }
  if (l.part != p.number + 1 || l.parts != p.parts) return suspect(p, node, now, o);
  p.number = l.part;
  p.listed.insert(p.listed.end(), std::move_iterator(l.sessions.begin()),
                  std::move_iterator(l.sessions.end()));
  if (p.number == p.parts) replace_all(p, o);
}

void remote_members::take(peer& p, news_word& n, const std::string& node, time_point now, outcome& o) {
  if (n.life > p.life || (n.life == p.life && p.now == standing::listing)) return suspect(p, node, now, o);
  if (n.life < p.life || p.now != standing::trusted || n.number <= p.number) return;
  if (n.number != p.number + 1) return suspect(p, node, now, o);
  p.number = n.number;
  for (const auto& id : n.left) {
    const auto found = p.seats.find(id);
    if (found == p.seats.end()) continue;
    o.gone.push_back(found->second.at);
    p.seats.erase(found);
  }
  for (auto& s : n.came) settle(p, std::move(s), o);
  for (auto& u : n.updated) {
    const auto found = p.seats.find(u.id);
    if (found != p.seats.end()) renew(found->second, std::move(u.info), u.stamp, o);
  }
}

void remote_members::suspect(peer& p, const std::string& node, time_point now, outcome& o) const {
  if (p.now == standing::doubted) return;
  await_list(p, standing::doubted, now);
  o.ask.push_back(node);
}

void remote_members::await_list(peer& p, standing s, time_point now) const {
  p.now = s;
  if (s != standing::listing) p.listed = {};
  p.ask_again = now + patience_ / 2;
  p.confirm_by = now + patience_;
}

void remote_members::replace_all(peer& p, outcome& o) {
  p.now = standing::trusted;
  seat_map before = std::exchange(p.seats, {});
  for (auto& s : std::exchange(p.listed, {})) {
    if (auto kept = before.extract(s.id)) p.seats.insert(std::move(kept));
    settle(p, std::move(s), o);
  }
  remove_all(before, o);
}

void remote_members::settle(peer& p, told_session&& s, outcome& o) {
  const auto [place, fresh] = p.seats.try_emplace(s.id);
  seat& there = place->second;
  if (!fresh && there.user == s.who.user) return renew(there, std::move(s.who.info), s.stamp, o);
  if (!fresh) o.gone.push_back(there.at);
  there = {{shard, ++last_number_}, s.who.user, s.stamp};
  o.came.push_back({there.at, std::move(s)});
}

void remote_members::renew(seat& s, std::string&& info, std::uint64_t stamp, outcome& o) {
  if (stamp <= s.stamp) return;
  s.stamp = stamp;
  o.updated.push_back({s.at, std::move(info), stamp});
}

void remote_members::remove_all(const seat_map& seats, outcome& o) {
  for (const auto& [id, s] : seats) o.gone.push_back(s.at);
}

remote_members::outcome remote_members::forget(const std::string& node) {
  outcome o;
  const auto found = peers_.find(node);
  if (found == peers_.end()) return o;
  remove_all(found->second.seats, o);
  peers_.erase(found);
  return o;
}

void remote_members::doubt(time_point now) {
  for (auto& [node, p] : peers_) await_list(p, standing::doubted, now);
}

remote_members::outcome remote_members::expire(time_point now) {
  outcome o;
  for (auto it = peers_.begin(); it != peers_.end();) {
    auto& [node, p] = *it;
    if (p.now != standing::trusted && p.confirm_by <= now) {
      remove_all(p.seats, o);
      it = peers_.erase(it);
      continue;
    }
    if (p.now != standing::trusted && p.ask_again <= now) {
      p.ask_again = p.confirm_by;
      o.ask.push_back(node);
    }
    ++it;
  }
  return o;
}

std::optional<time_point> remote_members::next_expiry() const {
  std::optional<time_point> next;
  for (const auto& [node, p] : peers_) {
    if (p.now != standing::trusted) next = std::min(next.value_or(p.ask_again), p.ask_again);
  }
  return next;
}

std::size_t remote_members::trusted() const {
  const auto is_trusted = [](const auto& p) { return p.second.now == standing::trusted; };
  return static_cast<std::size_t>(std::count_if(peers_.begin(), peers_.end(), is_trusted));
}

std::size_t remote_members::sessions() const {
  std::size_t all = 0;
  for (const auto& [node, p] : peers_) all += p.seats.size();
  return all;
}

}  // namespace roomd
