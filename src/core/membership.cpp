#include "core/membership.hpp"

#include <algorithm>
#include <utility>

namespace roomd {

// NOLINTNEXTLINE(performance-unnecessary-value-param): it is moved from
bool membership::add(room_member m) {
  const auto session = m.session;
  const bool observer = m.observer;
  const bool deflates = m.deflates;
  if (!members_.try_emplace(session, std::move(m)).second) return false;
  auto row = row_of(session.shard);
  if (row == shards_.end() || row->shard != session.shard) row = shards_.insert(row, {session.shard, 0, 0});
  ++row->members;
  if (observer) {
    ++row->observers;
    ++observers_;
  }
  if (deflates) ++deflating_;
  return true;
}

bool membership::remove(session_address s) {
  const auto found = members_.find(s);
  if (found == members_.end()) return false;
  const auto row = row_of(s.shard);
  if (found->second.observer) {
    --row->observers;
    --observers_;
  }
  if (found->second.deflates) --deflating_;
  if (--row->members == 0) shards_.erase(row);
  members_.erase(found);
  if (members_.empty()) *this = membership();  // buckets and capacity go too
  return true;
}

const room_member* membership::find(session_address s) const {
  const auto found = members_.find(s);
  return found == members_.end() ? nullptr : &found->second;
}

std::vector<membership::shard_row>::iterator membership::row_of(std::uint32_t shard) {
  return std::lower_bound(shards_.begin(), shards_.end(), shard,
                          [](const shard_row& row, std::uint32_t s) { return row.shard < s; });
}

}  // namespace roomd
