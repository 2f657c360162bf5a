#include "core/presence.hpp"

#include <iterator>
#include <utility>

namespace roomd {

presence_change presence::join(session_address s, std::string session_id, user_info who,
                               std::uint64_t stamp) {
  if (devices_.contains(s)) return update(s, std::move(who.info), stamp);
  presence_change change;
  user* owner = nullptr;
  if (const auto found = by_name_.find(who.user); found == by_name_.end()) {
    owner = &add(std::move(who), stamp);
    change.joined.push_back(owner->who);
  } else {
    owner = &*found->second;
    if (owner->devices.empty()) leaving_.erase(owner->leaving);
    change = renew(*owner, std::move(who.info), stamp);
  }
  const auto place = owner->devices.insert(owner->devices.end(), std::move(session_id));
  devices_.emplace(s, device{owner, place});
  return change;
}

presence::user* presence::take_device(session_address s) {
  const auto found = devices_.find(s);
  if (found == devices_.end()) return nullptr;
  const auto [owner, place] = found->second;
  devices_.erase(found);
  owner->devices.erase(place);
  return owner;
}

presence_change presence::leave(session_address s, time_point now) {
  user* owner = take_device(s);
  if (!owner) return {};
  if (owner->devices.empty()) {
    owner->gone_at = now + grace_;
    owner->leaving = leaving_.insert(leaving_.end(), owner);
  }
  return grace_ == grace_.zero() ? expire(now) : presence_change{};
}

presence_change presence::drop(session_address s) {
  presence_change change;
  user* owner = take_device(s);
  if (owner && owner->devices.empty()) change.left.push_back(remove(*owner));
  return change;
}

presence_change presence::update(session_address s, std::string info, std::uint64_t stamp) {
  const auto found = devices_.find(s);
  return found == devices_.end() ? presence_change{} : renew(*found->second.owner, std::move(info), stamp);
}

presence_change presence::expire(time_point now) {
  presence_change change;
  while (!leaving_.empty() && leaving_.front()->gone_at <= now) {
    user& u = *leaving_.front();
    leaving_.pop_front();
    change.left.push_back(remove(u));
  }
  if (users_.empty()) {  // the tables' buckets go too
    by_name_ = decltype(by_name_)();
    devices_ = decltype(devices_)();
  }
  return change;
}

std::optional<time_point> presence::next_expiry() const {
  if (leaving_.empty()) return std::nullopt;
  return leaving_.front()->gone_at;
}

std::vector<member> presence::list() const {
  std::vector<member> all;
  all.reserve(users_.size());
  for (const auto& u : users_) all.push_back({u.who.user, u.who.info, {u.devices.begin(), u.devices.end()}});
  return all;
}

presence::user& presence::add(user_info who, std::uint64_t stamp) {
  users_.push_back({std::move(who), stamp});
  by_name_.emplace(users_.back().who.user, std::prev(users_.end()));
  return users_.back();
}

user_info presence::remove(user& u) {
  const auto found = by_name_.find(u.who.user);
  const auto place = found->second;
  by_name_.erase(found);  // first: its key is the user's own name
  user_info who = std::move(u.who);
  users_.erase(place);
  return who;
}

presence_change presence::renew(user& u, std::string info, std::uint64_t stamp) {
  presence_change change;
  if (stamp <= u.stamp) return change;
  u.stamp = stamp;
  if (info == u.who.info) return change;
  u.who.info = std::move(info);
  change.updated.push_back(u.who);
  return change;
}

}  // namespace roomd
