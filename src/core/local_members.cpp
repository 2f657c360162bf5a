#include "core/local_members.hpp"

#include <utility>

namespace roomd {

namespace {

/// Decides where a word ends, by how much has gone into it.
class word_filler {
 public:
  explicit word_filler(const word_bounds& most) : most_(most) {}

  /// Takes a session of this text in. False: it begins another word.
  bool fits(std::size_t text) {
    constexpr std::size_t labels = 64;  // names, numbers and signs, with a little over
    ++sessions_;
    bytes_ += text + labels;
    if (sessions_ == 1 || (sessions_ <= most_.sessions && bytes_ <= most_.bytes)) return true;
    sessions_ = 1;
    bytes_ = text + labels;
    return false;
  }

 private:
  const word_bounds& most_;
  std::size_t sessions_ = 0;
  std::size_t bytes_ = 0;
};

/// Names may need escapes.
std::size_t text_size(const std::string& id, const user_info& who) {
  return 2 * id.size() + 2 * who.user.size() + who.info.size();
}

}  // namespace

void local_members::join(told_session s) {
  const auto [place, fresh] = members_.try_emplace(std::move(s.id));
  const bool told = fresh || place->second.what == untold::nothing;
  place->second = {std::move(s.who), s.stamp, untold::arrival};
  if (told) changed(place->first);
}

void local_members::leave(const std::string& id) {
  const auto found = members_.find(id);
  if (found == members_.end()) return;
  const bool told = found->second.what == untold::nothing;
  members_.erase(found);
  if (told) changed(id);
}

void local_members::update(const std::string& id, std::string info, std::uint64_t stamp) {
  const auto found = members_.find(id);
  if (found == members_.end() || stamp <= found->second.stamp) return;
  entry& e = found->second;
  e.who.info = std::move(info);
  e.stamp = stamp;
  if (e.what != untold::nothing) return;
  e.what = untold::info;
  changed(id);
}

void local_members::changed(const std::string& id) {
  constexpr std::size_t few = 64;
  if (list_wanted_) return;
  changed_.push_back(id);
  if (changed_.size() > members_.size() + few) want_list();
}

void local_members::want_list() {
  list_wanted_ = true;
  changed_ = {};
}

std::vector<presence_word> local_members::take_words() {
  return std::exchange(list_wanted_, false) ? list() : news();
}

std::vector<presence_word> local_members::list() {
  ++life_;
  std::vector<list_word> parts(1);
  word_filler filler(most_);
  for (auto& [id, e] : members_) {
    if (!filler.fits(text_size(id, e.who))) parts.emplace_back();
    parts.back().sessions.push_back({id, e.who, e.stamp});
    e.what = untold::nothing;
  }
  std::vector<presence_word> words;
  words.reserve(parts.size());
  number_ = 0;
  for (auto& l : parts) {
    l.life = life_;
    l.part = ++number_;
    l.parts = parts.size();
    words.push_back({node_, std::move(l)});
  }
  return words;
}

std::vector<presence_word> local_members::news() {
  std::vector<news_word> all;
  word_filler filler(most_);
  for (auto& id : std::exchange(changed_, {})) {
    const auto found = members_.find(id);
    const bool left = found == members_.end();
    if (!left && found->second.what == untold::nothing) continue;  // came twice, is told
    const std::size_t size = left ? 2 * id.size() : text_size(id, found->second.who);
    if (!filler.fits(size) || all.empty()) all.push_back({life_, ++number_});
    if (left) {
      all.back().left.push_back(std::move(id));
      continue;
    }
    entry& e = found->second;
    if (std::exchange(e.what, untold::nothing) == untold::arrival) {
      all.back().came.push_back({std::move(id), e.who, e.stamp});
    } else {
      all.back().updated.push_back({std::move(id), e.who.info, e.stamp});
    }
  }
  std::vector<presence_word> words;
  words.reserve(all.size());
  for (auto& n : all) words.push_back({node_, std::move(n)});
  return words;
}

}  // namespace roomd
