#include "actors/ingest.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "actors/log.hpp"
#include "actors/redis_bridge.hpp"
#include "protocol/ingest_entry.hpp"
#include "store/redis_advice.hpp"

namespace roomd::actors {
namespace {

constexpr std::chrono::milliseconds bell_wait{1000};
constexpr std::chrono::milliseconds try_again{1000};          // what Redis refused to keep
constexpr std::string_view bad_kept = "1000";                 // entries in the stream of the bad ones, about
constexpr std::size_t answer_bytes = std::size_t{32} << 20U;  // that one answer should not exceed
constexpr std::size_t most_entries = 256;                     // read at once

/// As much as one question may bring, where every entry is as large as it may be.
redis_link::bounds bounds_of(const ingest_plan& p) {
  redis_link::bounds b;
  b.reply.bytes = std::max(b.reply.bytes, 2 * p.entry_bytes);
  return b;
}

store::redis_ingest::limits limits_of(const ingest_plan& p) {
  const auto fitting =
      std::clamp<std::size_t>(answer_bytes / std::max<std::size_t>(p.entry_bytes, 1), 1, most_entries);
  return {.entries = fitting, .entry_bytes = p.entry_bytes};
}

redis_timing patient(redis_timing t) {
  t.reply += bell_wait;
  return t;
}

}  // namespace

ingest::ingest(caf::actor_config& cfg, shard_state& s, const redis_bridge& bridge, const ingest_plan& plan)
    : pinned(cfg, s.home),
      state_(s),
      bridge_(bridge),
      stream_(plan.prefix + "{ingest}"),
      reader_key_(stream_ + ":reader"),
      bad_(stream_ + ":bad"),
      stream_reader_(s.engine->node(), limits_of(plan)) {
  const auto bounds = bounds_of(plan);
  reader_.emplace(s.home, plan.like, plan.timing, bounds, reader_side_);
  bell_.emplace(s.home, plan.like, patient(plan.timing), bounds, bell_side_);
}

ingest_actor::behavior_type ingest::make_behavior() {
  return {[this](const serving& m) { on(m); }, [this](const ingest_answered& m) { on(m); }};
}

void ingest::on_exit() {
  bell_->stop();
  reader_->stop();  // what was asked is answered now
  home().turns().unmark(*this);
  home().cancel_timer(*this);
  bell_.reset();
  reader_.reset();
}

void ingest::on(const serving& m) {
  if (m.yes && !std::exchange(begun_, true)) {
    reader_->start();
    bell_->start();
  }
  if (!m.yes) stream_reader_.resign();
  go_on();
}

// All that a turn has brought is looked at once, at its end.
void ingest::on_turn_end() noexcept {
  try {
    publish_due();
    keep_again();
    follow();
    ask();
    listen();
    count();
    auto next = stream_reader_.next(home().now());
    if (const auto due = rooms_.next()) next = std::min(next, *due);
    if (!not_kept_.empty()) next = std::min(next, keep_at_);
    home().set_timer(*this, next);
  } catch (const std::exception& fault) {
    log().error("ingest.exception what=\"{}\"", fault.what());
    home().set_timer(*this, home().now() + std::chrono::seconds(1));
  }
}

// --- reading -------------------------------------------------------------------------------------------------------

void ingest::follow() {
  const redis_server* const there = bridge_.serving(stream_);
  if (!there || there->host.empty()) return;
  reader_->move_to(there->host, there->port);
  bell_->move_to(there->host, there->port);
}

void ingest::ask() {
  const auto words = stream_reader_.ask(home().now(), rooms_.size() + not_kept_.size(),
                                        not_kept_.empty() ? rooms_.room() : 0);
  if (!words) return;
  const std::array<std::string_view, 2> keys{stream_, reader_key_};
  const std::vector<std::string_view> arguments(words->begin(), words->end());
  const auto then = [this](const result<store::redis_reply>& r) { take(r); };
  if (!reader_->run(store::scripts::ingest, keys, arguments, then))
    take(error{errc::unavailable, "nothing can be asked", {}});
}

void ingest::take(const result<store::redis_reply>& answer) {
  const bool read = stream_reader_.reads();
  const auto news = stream_reader_.take(answer, home().now());
  if (news.anew) {
    rooms_.clear();
    not_kept_.clear();
  }
  const bool refused = answer && answer->what == store::redis_reply::kind::error;
  if (refused && !std::exchange(refused_, true)) log().warn("ingest.refused reason={}", answer->error_word());
  if (!refused && answer) refused_ = false;
  if (read != stream_reader_.reads())
    log().info("{} stream={}", read ? "ingest.stands_by" : "ingest.reads", stream_);
  taken_over_ += news.taken_over;
  for (const auto& e : news.entries) take_entry(e);
  go_on();
}

void ingest::take_entry(const store::ingest_entry& e) {
  if (e.too_large)
    return set_aside(e.id, "it is larger than session.max_message, or has more than 32 fields", {});
  auto read = protocol::read_ingest_entry(e.id, e.fields);
  if (!read) return set_aside(e.id, read.error().text(), e.fields);
  rooms_.add(e.id, read->room, std::move(read->what));
}

void ingest::listen() {
  const std::string behind(stream_reader_.listen_behind());
  if (listening_ || behind.empty() || !bell_->is_up()) return;
  const std::string wait = std::to_string(bell_wait.count());
  const std::array<std::string_view, 8> command{"XREAD", "COUNT",   "1",     "BLOCK",
                                                wait,    "STREAMS", stream_, behind};
  listening_ = bell_->submit(command, [this](const result<store::redis_reply>& r) {
    listening_ = false;
    if (!r || r->what == store::redis_reply::kind::error) return;  // the next question is not far
    if (r->what == store::redis_reply::kind::list) stream_reader_.rung();
    go_on();
  });
}

// --- publishing ----------------------------------------------------------------------------------------------------

void ingest::publish_due() {
  for (auto& attempt : rooms_.due(home().now())) {
    const auto& directory = state_.directories[state_.shard_of(attempt.room)];
    publish_message m{attempt.room, {}, std::make_shared<draft>(std::move(attempt.what))};
    m.tell = [self = ingest_actor{this}, room = std::move(attempt.room),
              serial = attempt.serial](const result<published>& r) {
      caf::anon_send(self, ingest_answered{room, serial, bool(r), r && r->duplicate});
    };
    caf::anon_send(directory, std::move(m));
  }
}

void ingest::on(const ingest_answered& m) {
  using fate = store::ingest_rooms::fate;
  const auto verdict = rooms_.answer(m.room, m.serial, m.published, home().now());
  if (verdict.what == fate::published) {
    ++(m.duplicate ? state_.stats.ingest_duplicates : state_.stats.ingest_published);
    stream_reader_.done(verdict.id);
  } else if (verdict.what == fate::given_up) {
    give_up(verdict.id);
  }
  go_on();
}

// --- what cannot be published --------------------------------------------------------------------------------------

/// What it held is only in the stream by now.
void ingest::give_up(const std::string& id) {
  const std::array<std::string_view, 4> command{"XRANGE", stream_, id, id};
  reader_->submit(command, [this, id](const result<store::redis_reply>& r) {
    if (!r) return;  // it is read again
    std::vector<std::string> fields;
    if (!r->items.empty() && r->items[0].items.size() == 2)
      for (const auto& text : r->items[0].items[1].items) fields.push_back(text.text);
    set_aside(id, "its room does not take it, while others take theirs", fields);
  });
}

void ingest::set_aside(const std::string& id, std::string_view reason, std::vector<std::string> fields) {
  ++state_.stats.ingest_bad;
  tell_of_bad(id, reason);
  keep({id, std::string(reason), std::move(fields)});
}

/// It is done with once it is kept elsewhere. One that is too large for that goes there without its fields.
void ingest::keep(aside what) {
  const auto shared = std::make_shared<const aside>(std::move(what));
  const std::array<std::string_view, 1> keys{bad_};
  std::vector<std::string_view> arguments{bad_kept, "ingest_id", shared->id, "ingest_reason", shared->reason};
  const auto bare = arguments.size();
  arguments.insert(arguments.end(), shared->fields.begin(), shared->fields.end());
  const auto then = [this, shared](const result<store::redis_reply>& r) { kept(*shared, r); };
  const auto& script = store::scripts::set_aside;
  if (!reader_->run(script, keys, arguments, then))
    reader_->run(script, keys, std::span(arguments).first(bare), then);
}

/// Where Redis writes nothing now, the entry stays in the stream. Where it cannot be kept for another reason, it is done with
/// all the same: the log has its ID.
void ingest::kept(const aside& what, const result<store::redis_reply>& r) {
  if (!r) return;  // it is read again
  if (store::redis_refuses(r->error_word())) {
    not_kept_.push_back(what);
    keep_at_ = home().now() + try_again;
    return go_on();
  }
  if (r->what == store::redis_reply::kind::error)
    log().error("ingest.lost id={:?} reason={}", what.id, r->error_word());
  stream_reader_.done(what.id);
  go_on();
}

void ingest::keep_again() {
  if (not_kept_.empty() || home().now() < keep_at_) return;
  for (auto& each : std::exchange(not_kept_, {})) keep(std::move(each));
}

void ingest::tell_of_bad(const std::string& id, std::string_view reason) {
  if (told_of_bad_ != time_point{} && home().now() - told_of_bad_ < std::chrono::seconds(1)) {
    ++untold_;
    return;
  }
  told_of_bad_ = home().now();
  log().warn("ingest.bad id={:?} reason=\"{}\" unlogged={}", id, reason, std::exchange(untold_, 0));
}

void ingest::count() {
  state_.stats.ingest_backlog = stream_reader_.backlog();
  state_.stats.ingest_waiting = rooms_.size();
  state_.stats.ingest_retries = taken_over_ + rooms_.retries();
}

}  // namespace roomd::actors
