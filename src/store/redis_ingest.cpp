#include "store/redis_ingest.hpp"

#include <algorithm>
#include <utility>

namespace roomd::store {
namespace {

using std::chrono::milliseconds;
using kind = redis_reply::kind;

constexpr milliseconds retry{500};  // where there was no answer that makes sense
constexpr milliseconds gather{50};  // so long a done entry waits for others
constexpr std::size_t enough_done = 128;
constexpr std::size_t most_done = 1000;
constexpr std::string_view all_taken_over = "-";

/// Entries as the script hands them out; none where they make no sense.
std::optional<std::vector<ingest_entry>> entries_of(const redis_reply& list) {
  if (list.what != kind::list) return {};
  std::vector<ingest_entry> entries;
  for (const auto& item : list.items) {
    if (item.what != kind::list || item.items.empty() || item.items.size() > 2) return {};
    ingest_entry e{item.items[0].text, {}, item.items.size() == 1};
    if (e.id.empty()) return {};
    if (!e.too_large)
      for (const auto& field : item.items[1].items) e.fields.push_back(field.text);
    entries.push_back(std::move(e));
  }
  return entries;
}

bool is_answer(const redis_reply& r) {
  if (r.what != kind::list || r.items.size() < 2 || r.items[0].what != kind::integer) return false;
  return r.items[0].integer == 0 || r.items.size() == 6;
}

}  // namespace

redis_ingest::redis_ingest(std::string node, const limits& l) : node_(std::move(node)), limits_(l) {}

bool redis_ingest::is_due(time_point now, std::size_t held, std::size_t room) const {
  if (asking_ || resigned_) return false;
  if (now >= next_ || (resigning_ && held == 0)) return true;
  if (!reads_) return false;
  if (more_ && !resigning_ && room > 0 && room * 4 >= limits_.entries) return true;
  return done_.size() >= enough_done || (!done_.empty() && now >= asked_ + gather);
}

std::optional<std::vector<std::string>> redis_ingest::ask(time_point now, std::size_t held,
                                                          std::size_t room) {
  if (!is_due(now, held, room)) return {};
  asking_ = true;
  asked_ = now;
  telling_ = std::min(done_.size(), most_done);
  most_ = resigning_ ? 0 : std::min(room, limits_.entries);
  resigned_ = resigning_ && (!reads_ || held == 0);
  std::vector<std::string> words{node_,
                                 std::to_string(term_),
                                 std::to_string(resigned_ ? 0 : limits_.lease.count()),
                                 std::to_string(most_),
                                 std::to_string(limits_.entry_bytes),
                                 cursor_};
  words.insert(words.end(), done_.begin(), done_.begin() + static_cast<std::ptrdiff_t>(telling_));
  return words;
}

/// What was read by an answer that never came is known to nobody: all that is not done is read again, by a new term, since
/// the question of that answer may still be on its way.
redis_ingest::news redis_ingest::lose(time_point again) {
  ++term_;
  cursor_ = "0-0";
  done_.clear();
  reads_ = more_ = false;
  next_ = again;
  return {.anew = true, .entries = {}};
}

redis_ingest::news redis_ingest::take(const result<redis_reply>& answer, time_point now) {
  asking_ = false;
  if (!answer || !is_answer(*answer)) return lose(now + retry);
  if (answer->items[0].integer == 0) {
    const milliseconds left{std::clamp<std::int64_t>(answer->items[1].integer + 1, 10, pause().count())};
    return lose(now + left);
  }
  auto entries = entries_of(answer->items[5]);
  if (!entries) return lose(now + retry);
  const bool anew = answer->items[0].integer == 1 || !reads_;
  const auto told = anew ? done_.size() : telling_;
  done_.erase(done_.begin(), done_.begin() + static_cast<std::ptrdiff_t>(told));
  const bool were_read = anew || cursor_ != all_taken_over;
  cursor_ = answer->items[2].text;
  last_ = answer->items[3].text;
  backlog_ = static_cast<std::uint64_t>(answer->items[4].integer);
  if (anew || most_ > 0) more_ = were_read || entries->size() == most_;
  reads_ = true;
  next_ = now + pause();
  const std::size_t taken_over = were_read ? entries->size() : 0;
  return {anew, std::move(*entries), taken_over};
}

time_point redis_ingest::next(time_point now) const {
  if (asking_ || resigned_) return now + limits_.lease;
  return done_.empty() ? next_ : std::min(next_, asked_ + gather);
}

}  // namespace roomd::store
