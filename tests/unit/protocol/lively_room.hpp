// A room of a session rig that does whatever rooms may do to a session: it answers now or when its engine does, refuses,
// publishes, tells of presence, forgets a part of its log, is numbered anew, and fails. What it says comes through one
// queue, as through a hub.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "store/page_service.hpp"

#include "unit/core/log_tools.hpp"
#include "unit/protocol/session_rig.hpp"

namespace roomd::protocol::test {

class lively_room final : private store::page_service::host {
 public:
  /// Its engine keeps `history` messages.
  lively_room(session_rig& r, std::string name, room_number number, std::size_t history)
      : rig_(r), name_(std::move(name)), number_(number), history_(history) {}

  const std::string& name() const { return name_; }
  position stands() const { return {log_.numbering(), log_.head()}; }
  bool has_member() const { return member_; }
  /// The session's own messages without echo: it is never sent them.
  bool is_own(const position& at) const {
    const auto found = own_.find(at.epoch);
    return found != own_.end() && found->second.contains(at.seq);
  }
  bool away = false;     ///< the engine answers nothing
  bool refuses = false;  ///< it could not be opened: asked for anything, it refuses

  // --- what happens in it ---

  void publish(std::size_t size) { store(draft_of_other(size, false)); }
  void pass_by(std::size_t size) {
    if (member_) say(seals()(draft_of_other(size, true), 0, 0));
  }
  void tell_news() {
    if (!observer_) return;
    const presence_change change{{{"bob", "{}"}}, {}, {}};
    for (auto& push : members_pushes(name_, change, 1000)) say(std::move(push));
  }
  /// It holds less of what its engine keeps.
  void hold_less() { log_.shed(log_.bytes() / 2); }
  void renumber(bool child, std::size_t by) {
    const epoch next = "e" + std::to_string(++epochs_);
    const sequence at = child ? log_.head() - std::min<sequence>(by, log_.head()) : by;
    if (child) {
      for (const auto seq : own_[log_.numbering()])
        if (seq <= at) own_[next].insert(seq);
      log_.fork(next, at);
      while (!kept_.empty() && kept_.back()->seq > at) kept_.pop_back();
    } else {
      log_.restart(next, at);
      kept_.clear();
    }
    log_.kept_elsewhere(at + 1 - kept_.size());
    cache_.clear();
    service_->renumbered();
    if (member_) say(renumbered{number_, {next, at}, child});
  }
  /// It ends by a fault. The next one with its name has its log.
  void fail() {
    say(room_failed{number_, name_});
    number_ += 100;
    member_ = observer_ = false;
    publishing_.clear();
    histories_.clear();
    asked_.clear();
    cache_.clear();
    service_.emplace(as_host(), cache_, number_);
  }

  // --- requests and words on their way ---

  void ask(room_request r) {
    const bool closed = refuses && !member_ && publishing_.empty() && histories_.empty();
    std::visit([&](auto& what) { closed ? refuse(what) : on(what); }, r);
  }
  /// Brings the session the oldest word, or up to `most` messages together. False: there is none.
  bool bring(std::size_t most) {
    if (words_.empty()) return false;
    const room_number from = words_.front().from;
    batch together;
    while (!words_.empty() && together.size() < most && words_.front().from == from) {
      const auto* m = std::get_if<message_ptr>(&words_.front().what);
      if (!m) break;
      together.add(*m);
      words_.pop_front();
    }
    if (!together.empty()) {
      if (seat_of(from)) rig_.bring(from, together);
      return true;
    }
    const auto w = std::move(words_.front());
    words_.pop_front();
    std::visit([&](const auto& what) { tell(from, what); }, w.what);
    return true;
  }
  /// There is no memory to bring the oldest word, a message.
  bool lose() {
    if (words_.empty() || !std::holds_alternative<message_ptr>(words_.front().what)) return false;
    if (std::get<message_ptr>(words_.front().what)->seq == 0) return false;
    if (seat* s = seat_of(words_.front().from)) rig_.s.fall_back(*s);
    words_.pop_front();
    return true;
  }
  /// The engine answers what it was asked first. False: nothing, or it is away.
  bool answer() {
    if (away) return false;
    if (!asked_.empty()) {
      const auto range = take(asked_);
      service_->take(range, read(range.from, range.bounds));
    } else if (!histories_.empty()) {
      answer_history(take(histories_));
    } else if (!publishing_.empty()) {
      const auto m = take(publishing_);
      const auto at = store(std::move(*m.what));
      say(published{m.from, name_, at, false, m.charged});
    } else {
      return false;
    }
    return true;
  }
  /// It answers that it cannot.
  void give_up() {
    const error why{errc::unavailable, {}, {}};
    if (!asked_.empty()) service_->take(take(asked_), why);
    if (!histories_.empty()) say(refused{take(histories_).from, name_, why});
    if (!publishing_.empty()) say(refused{take(publishing_).from, name_, why});
  }

 private:
  using word = std::variant<joined, left, published, history_read, members_listed, page_read, info_taken,
                            refused, room_failed, renumbered, message_ptr, frame_ptr>;
  struct told {
    room_number from;
    word what;
  };

  template <class T>
  static T take(std::deque<T>& all) {
    T first = std::move(all.front());
    all.pop_front();
    return first;
  }
  static const sealer& seals() {
    static const sealer made = make_sealer();
    return made;
  }
  void say(word w) { words_.push_back({number_, std::move(w)}); }
  seat* seat_of(room_number number) const {
    for (seat* each : rig_.port.seats)
      if (each->number == number) return each;
    return nullptr;
  }
  draft draft_of_other(std::size_t size, bool ephemeral) const {
    const std::string data = '"' + std::string(size, 'x') + '"';
    publish_command c;
    c.room = name_;
    c.event = "e";
    c.data = data;
    c.ephemeral = ephemeral;
    return make_draft(c, "user", "other");
  }
  position store(draft d) {
    d.deflate = rig_.port.compresses;
    const auto m = seals()(std::move(d), log_.head() + 1, 0);
    if (!m->is_for("me")) own_[log_.numbering()].insert(m->seq);
    kept_.push_back(m);
    if (kept_.size() > history_) kept_.pop_front();
    log_.append(m, {});
    log_.kept_elsewhere(m->seq + 1 - kept_.size());
    if (member_) say(m);
    return stands();
  }
  store::room_store::pages read(sequence from, const page_bounds& b) const {
    store::room_store::pages found;
    std::size_t used = 0;
    for (const auto& m : kept_) {
      if (m->seq < from) continue;
      used += m->size();
      if (!found.empty() && (used > b.bytes || found.size() == 3)) break;
      found.push_back(m);
    }
    return found;
  }
  void answer_history(const read_history& m) {
    history_read a{m.from, name_, log_.numbering(), log_.first(), log_.head(), {}};
    a.messages = read(m.since.value_or(0) + 1, {SIZE_MAX, m.bytes});
    say(std::move(a));
  }
  store::page_service::host& as_host() { return *this; }
  const room_log& page_log() override { return log_; }
  void read_from_engine(const store::page_range& what) override { asked_.push_back(what); }
  void answer_page(page_read page) override { say(std::move(page)); }

  // --- what it is asked ---

  void on(const join_room& m) {
    const auto plan = plan_join(log_, m.since, m.last, m.published ? m.session_id : std::string());
    joined a = session_rig::joined_answer(m, number_, log_.head());
    a.head.epoch = log_.numbering();
    a.refund = m.charged;
    a.already = std::exchange(member_, true);
    if (!a.already) {
      observer_ = m.members;
      a.recovered = plan.recovered;
      a.missed = plan.missed;
      a.what_is_lost = plan.what_is_lost;
      a.next = plan.next;
      if (m.bytes > 0 && a.missed > 0 && !is_elsewhere(log_, a.next))
        a.first_page = cut_page(log_, a.next, {SIZE_MAX, m.bytes}, cache_, m.deflates);
    }
    if (m.members) a.members = write_member_page(name_, {}, {});
    say(std::move(a));
  }
  void on(const leave_room& m) {
    service_->forget(m.from.session);
    observer_ = false;
    if (std::exchange(member_, false)) {
      if (m.answer) say(left{m.from, name_, number_});
    } else if (m.answer) {
      say(refused{m.from, name_, {errc::not_joined, {}, {}}});
    }
  }
  void on(publish_message& m) {
    if (!m.what->ephemeral) return publishing_.push_back(std::move(m));
    auto passing = seals()(std::move(*m.what), 0, 0);
    if (member_) say(std::move(passing));
    say(published{m.from, name_, {}, false, m.charged});
  }
  void on(const read_history& m) {
    is_elsewhere(log_, m.since.value_or(0) + 1) ? histories_.push_back(m) : answer_history(m);
  }
  void on(const list_members& m) {
    member_query q;
    q.form = m.form;
    q.after = m.after;
    member_slice slice{{{"ann", "{}", {}}}, {}};
    if (m.after.user.empty()) slice.next = member_cursor{"ann", {}};
    say(members_listed{m.from, name_, write_member_page(name_, slice, q), m.form});
  }
  void on(const update_info& m) { say(info_taken{m.from, name_}); }
  void on(const read_page& m) {
    if (member_) service_->on(m, rig_.port.compresses);
  }
  void refuse(const update_info& m) { on(m); }
  template <class Request>
  void refuse(const Request& m) {
    if (m.from.serial != 0) say(refused{m.from, name_, {errc::unavailable, {}, {}}});
  }

  // --- what the session is told ---

  void tell(room_number, const message_ptr&) {}  // brought in batches
  void tell(room_number from, const frame_ptr& push) {
    if (seat* s = seat_of(from)) rig_.s.news(*s, push);
  }
  void tell(room_number from, const renumbered& what) {
    if (seat* s = seat_of(from)) rig_.s.renumber(*s, what.at, what.child);
  }
  template <class Answer>
  void tell(room_number, const Answer& a) {
    rig_.s.on(a);
  }

  session_rig& rig_;
  std::string name_;
  room_number number_;
  std::size_t history_;
  room_log log_{"e0", {history_, 10000000, 1h}};
  page_keeper keeper_{1 << 14};
  page_cache cache_{keeper_};
  std::optional<store::page_service> service_{std::in_place, as_host(), cache_, number_};
  std::deque<message_ptr> kept_;
  std::map<epoch, std::set<sequence>> own_;
  std::deque<store::page_range> asked_;
  std::deque<read_history> histories_;
  std::deque<publish_message> publishing_;
  std::deque<told> words_;
  std::uint64_t epochs_ = 0;
  bool member_ = false;
  bool observer_ = false;
};

}  // namespace roomd::protocol::test
