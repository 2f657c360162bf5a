#include "core/presence_digest.hpp"

#include <cstdint>
#include <map>
#include <string_view>

namespace roomd {

void presence_digest::add(presence_change change) {
  for (auto& who : change.joined) changes_.push_back({kind::joined, std::move(who)});
  for (auto& who : change.updated) changes_.push_back({kind::updated, std::move(who)});
  for (auto& who : change.left) changes_.push_back({kind::left, std::move(who)});
}

presence_digest::told presence_digest::take() {
  told t;
  t.all = fold(0);
  for (const newcomer& n : newcomers_) t.newcomers.emplace_back(n.session, fold(n.from));
  changes_ = {};
  newcomers_ = {};
  return t;
}

presence_change presence_digest::alone(const event& e) {
  presence_change change;
  (e.what == kind::joined ? change.joined
   : e.what == kind::left ? change.left
                          : change.updated)
      .push_back(e.who);
  return change;
}

// A user's first change says whether the user was listed before, the last one whether the user is listed now. Each
// stands where its last change stood.
presence_change presence_digest::fold(std::size_t from) const {
  if (changes_.size() == from + 1) return alone(changes_.back());
  struct range {
    std::size_t first;
    std::size_t last;
  };
  std::map<std::string_view, range> by_user;
  for (std::size_t i = from; i < changes_.size(); ++i)
    by_user.try_emplace(changes_[i].who.user, range{i, i}).first->second.last = i;
  presence_change folded;
  for (std::size_t i = from; i < changes_.size(); ++i) {
    const auto& [first, last] = by_user.at(changes_[i].who.user);
    if (i != last) continue;
    const bool was = changes_[first].what != kind::joined;
    const bool is = changes_[last].what != kind::left;
    if (!was && is) folded.joined.push_back(changes_[last].who);
    if (was && !is) folded.left.push_back(changes_[last].who);
    if (!was || !is) continue;
    const bool same =
        changes_[first].what == kind::left && changes_[first].who.info == changes_[last].who.info;
    if (!same) folded.updated.push_back(changes_[last].who);
  }
  return folded;
}

}  // namespace roomd
