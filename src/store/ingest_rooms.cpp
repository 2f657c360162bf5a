#include "store/ingest_rooms.hpp"

namespace roomd::store {

void ingest_rooms::add(std::string id, const std::string& room, draft what) {
  ++entries_;
  bytes_ += what.encoded.size();
  line& l = lines_[room];
  l.entries.push_back({std::move(id), std::move(what)});
  if (l.entries.size() == 1) ready_.push_back(room);
}

std::vector<ingest_rooms::attempt> ingest_rooms::due(time_point now) {
  std::vector<attempt> all;
  while (!times_.empty() && times_.begin()->first <= now) {
    const std::string room = times_.begin()->second;
    ++retries_;
    all.push_back(begin(room, lines_.at(room), now));
  }
  for (; !ready_.empty(); ready_.pop_front())
    all.push_back(begin(ready_.front(), lines_.at(ready_.front()), now));
  return all;
}

ingest_rooms::attempt ingest_rooms::begin(const std::string& room, line& l, time_point now) {
  l.serial = ++serial_;
  set_time(room, l, now + limits_.patience);
  return {room, l.serial, l.entries.front().what};
}

ingest_rooms::verdict ingest_rooms::answer(const std::string& room, std::uint64_t serial, bool published,
                                           time_point now) {
  const auto found = lines_.find(room);
  if (found == lines_.end() || found->second.serial != serial) return {};
  line& l = found->second;
  l.serial = 0;
  if (published) {
    if (!l.entries.front().what.ephemeral) ++published_;
    return {fate::published, take_first(found)};
  }
  if (l.tries++ == 0) l.published = published_;
  if (l.tries >= limits_.tries && published_ > l.published) return {fate::given_up, take_first(found)};
  set_time(room, l, now + limits_.pause);
  return {fate::again, {}};
}

std::string ingest_rooms::take_first(lines::iterator found) {
  auto& [room, l] = *found;
  times_.erase({l.at, room});
  std::string id = std::move(l.entries.front().id);
  bytes_ -= l.entries.front().what.encoded.size();
  --entries_;
  l.entries.pop_front();
  l.tries = 0;
  if (l.entries.empty()) {
    lines_.erase(found);
  } else {
    ready_.push_back(room);
  }
  return id;
}

void ingest_rooms::set_time(const std::string& room, line& l, time_point at) {
  times_.erase({l.at, room});
  l.at = at;
  times_.emplace(at, room);
}

std::optional<time_point> ingest_rooms::next() const {
  if (!ready_.empty()) return time_point{};
  if (times_.empty()) return {};
  return times_.begin()->first;
}

std::size_t ingest_rooms::room() const {
  return bytes_ >= limits_.bytes || entries_ >= limits_.entries ? 0 : limits_.entries - entries_;
}

void ingest_rooms::clear() {
  lines_.clear();
  ready_.clear();
  times_.clear();
  entries_ = bytes_ = 0;
}

}  // namespace roomd::store
