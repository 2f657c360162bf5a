#include "core/presence.hpp"

namespace roomd {
namespace {

/// Decides where a page ends. `add` says false, and takes nothing, where it is full.
class page_filler {
 public:
  explicit page_filler(const member_query& q) : query_(q), end_(q.after) {}

  /// A user with the first of its sessions; empty: it has none, or they are not listed.
  bool add(const std::string& user, const std::string& info, std::string_view session) {
    const auto cost = cost_of(query_.form, user, info, session);
    const bool fits = page_.users.size() < query_.limit && bytes_ + cost.user + cost.session <= query_.bytes;
    if (!page_.users.empty() && !fits) return full();
    page_.users.push_back({user, info, {}});
    bytes_ += cost.user;
    end_ = {user, {}};
    if (!session.empty()) push(session, cost.session);
    return true;
  }
  /// One more session of the same user.
  bool add(std::string_view session) {
    auto& u = page_.users.back();
    const auto cost = cost_of(query_.form, u.user, u.info, session).session;
    if (bytes_ + cost <= query_.bytes) return push(session, cost);
    end_.session = u.sessions.back();
    return full();
  }
  member_slice take() { return std::move(page_); }

 private:
  bool push(std::string_view session, std::size_t cost) {
    page_.users.back().sessions.push_back(session);
    bytes_ += cost;
    return true;
  }
  bool full() {
    page_.next = end_;
    return false;
  }

  const member_query& query_;
  member_slice page_;
  member_cursor end_;  ///< behind everything that is on the page
  std::size_t bytes_ = 0;
};

}  // namespace

presence_change presence::join(session_address s, std::string session_id, user_info who,
                               std::uint64_t stamp) {
  if (devices_.contains(s)) return update(s, std::move(who.info), stamp);
  ++version_;
  presence_change change;
  const auto [place, fresh] = users_.try_emplace(std::move(who.user));
  entry& owner = *place;
  if (fresh) {
    owner.second.info = std::move(who.info);
    owner.second.stamp = stamp;
    change.joined.push_back({owner.first, owner.second.info});
  } else {
    if (owner.second.devices.empty()) leaving_.erase(owner.second.leaving);
    change = renew(owner, std::move(who.info), stamp);
  }
  devices_.emplace(s, device{&owner, owner.second.devices.insert(std::move(session_id))});
  return change;
}

presence::entry* presence::take_device(session_address s) {
  const auto found = devices_.find(s);
  if (found == devices_.end()) return nullptr;
  const auto [owner, place] = found->second;
  devices_.erase(found);
  owner->second.devices.erase(place);
  ++version_;
  return owner;
}

presence_change presence::leave(session_address s, time_point now) {
  entry* owner = take_device(s);
  if (!owner) return {};
  if (owner->second.devices.empty()) {
    owner->second.gone_at = now + grace_;
    owner->second.leaving = leaving_.insert(leaving_.end(), owner);
  }
  return grace_ == grace_.zero() ? expire(now) : presence_change{};
}

presence_change presence::drop(session_address s) {
  presence_change change;
  entry* owner = take_device(s);
  if (owner && owner->second.devices.empty()) change.left.push_back(remove(*owner));
  return change;
}

presence_change presence::update(session_address s, std::string info, std::uint64_t stamp) {
  const auto found = devices_.find(s);
  return found == devices_.end() ? presence_change{} : renew(*found->second.owner, std::move(info), stamp);
}

presence_change presence::expire(time_point now) {
  presence_change change;
  while (!leaving_.empty() && leaving_.front()->second.gone_at <= now) {
    entry& u = *leaving_.front();
    leaving_.pop_front();
    change.left.push_back(remove(u));
  }
  if (users_.empty()) devices_ = decltype(devices_)();  // the table's buckets go too
  return change;
}

std::optional<time_point> presence::next_expiry() const {
  if (leaving_.empty()) return std::nullopt;
  return leaving_.front()->second.gone_at;
}

member_slice presence::read(const member_query& q) const {
  page_filler page(q);
  const bool within = !q.after.session.empty();
  auto u = within ? users_.lower_bound(q.after.user) : users_.upper_bound(q.after.user);
  for (bool more = true; more && u != users_.end(); ++u) {
    const auto& [name, what] = *u;
    auto s =
        within && name == q.after.user ? what.devices.upper_bound(q.after.session) : what.devices.begin();
    if (q.form == member_form::reset || what.devices.empty()) {
      more = page.add(name, what.info, {});
    } else if (s != what.devices.end()) {
      more = page.add(name, what.info, *s);
      while (more && ++s != what.devices.end()) more = page.add(*s);
    }
  }
  return page.take();
}

user_info presence::remove(entry& u) {
  ++version_;
  const auto place = users_.find(u.first);
  user_info who{u.first, std::move(u.second.info)};
  users_.erase(place);
  return who;
}

presence_change presence::renew(entry& u, std::string info, std::uint64_t stamp) {
  presence_change change;
  user& known = u.second;
  if (stamp < known.stamp || (stamp == known.stamp && info <= known.info)) return change;
  known.stamp = stamp;
  if (info == known.info) return change;
  known.info = std::move(info);
  ++version_;
  change.updated.push_back({u.first, known.info});
  return change;
}

}  // namespace roomd
