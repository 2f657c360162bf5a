#include "core/pending_commands.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace roomd {

pending_commands::~pending_commands() {
  for (const auto& c : waiting_) count(c, false);
}

std::uint64_t pending_commands::add(command_id id, command_kind kind, std::string room, time_point deadline,
                                    std::size_t bytes) {
  waiting_.push_back({++last_serial_, id, kind, std::move(room), deadline, bytes});
  count(waiting_.back(), true);
  return last_serial_;
}

std::optional<pending_command> pending_commands::take(std::uint64_t serial) {
  const auto found = std::lower_bound(waiting_.begin(), waiting_.end(), serial,
                                      [](const pending_command& c, std::uint64_t s) { return c.serial < s; });
  if (found == waiting_.end() || found->serial != serial) return std::nullopt;
  return take_at(found);
}

std::optional<pending_command> pending_commands::take_overdue(time_point now) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [now](const pending_command& c) { return c.deadline <= now; });
  if (found == waiting_.end()) return std::nullopt;
  return take_at(found);
}

std::uint64_t pending_commands::newest_of(std::string_view room) const {
  const auto found =
      std::find_if(waiting_.rbegin(), waiting_.rend(), [&](const auto& c) { return c.room == room; });
  return found == waiting_.rend() ? 0 : found->serial;
}

std::uint64_t pending_commands::newest_of(std::string_view room, command_kind kind) const {
  const auto found = std::find_if(waiting_.rbegin(), waiting_.rend(),
                                  [&](const auto& c) { return c.kind == kind && c.room == room; });
  return found == waiting_.rend() ? 0 : found->serial;
}

std::uint64_t pending_commands::newest_change_of(std::string_view room) const {
  const auto found = std::find_if(waiting_.rbegin(), waiting_.rend(), [&](const auto& c) {
    return (c.kind == command_kind::join || c.kind == command_kind::leave) && c.room == room;
  });
  return found == waiting_.rend() ? 0 : found->serial;
}

std::optional<bool> pending_commands::will_be_in(std::string_view room) const {
  const std::uint64_t newest = newest_change_of(room);
  if (newest == 0) return std::nullopt;
  return std::ranges::lower_bound(waiting_, newest, {}, &pending_command::serial)->kind == command_kind::join;
}

bool pending_commands::contains(std::uint64_t serial) const {
  return std::ranges::binary_search(waiting_, serial, {}, &pending_command::serial);
}

std::optional<time_point> pending_commands::deadline() const {
  if (waiting_.empty()) return std::nullopt;
  return std::min_element(waiting_.begin(), waiting_.end(),
                          [](const auto& a, const auto& b) { return a.deadline < b.deadline; })
      ->deadline;
}

std::vector<pending_command> pending_commands::take_room(std::string_view room) {
  const auto first = std::stable_partition(waiting_.begin(), waiting_.end(),
                                           [room](const pending_command& c) { return c.room != room; });
  commands taken(std::make_move_iterator(first), std::make_move_iterator(waiting_.end()));
  waiting_.erase(first, waiting_.end());
  for (const auto& c : taken) count(c, false);
  release_memory();
  return taken;
}

pending_command pending_commands::take_at(commands::iterator place) {
  auto taken = std::move(*place);
  count(taken, false);
  waiting_.erase(place);
  release_memory();
  return taken;
}

void pending_commands::count(const pending_command& c, bool comes) {
  bytes_ += comes ? c.bytes : 0 - c.bytes;
  if (!all_) return;
  all_->commands += comes ? 1 : std::size_t{0} - 1;
  all_->bytes += comes ? c.bytes : 0 - c.bytes;
}

void pending_commands::release_memory() {
  if (waiting_.empty()) waiting_ = commands();
}

}  // namespace roomd
