// A room as one session sees it: its log, whether the session is in it, and a hub that brings what it says, in its
// order but later. Requests and answers wait until they are `handled` and `brought`.
#pragma once

#include <chrono>
#include <deque>
#include <utility>
#include <variant>

#include "core/resume.hpp"
#include "core/room_log.hpp"

#include "unit/protocol/session_rig.hpp"

namespace roomd::protocol::test {

class fake_room {
 public:
  fake_room(session_rig& r, log_bounds b) : rig_(r), log_("e", b) {}

  const room_log& log() const { return log_; }
  /// The session's own messages without echo: it is never sent them.
  bool is_own(sequence seq) const { return own_.contains(seq); }
  void pass(std::chrono::milliseconds t) {
    now_ += t;
    log_.expire(now_);
  }

  /// Somebody publishes.
  void publish(message_ptr m) {
    if (!m->is_for("me")) own_.insert(m->seq);
    log_.append(m, now_);
    if (member_) words_.push_back(std::move(m));
  }
  /// Takes the oldest request. False: there is none.
  bool handle() {
    if (rig_.port.requests.empty()) return false;
    const auto r = std::move(rig_.port.requests.front());
    rig_.port.requests.erase(rig_.port.requests.begin());
    std::visit([this](const auto& what) { on(what); }, r);
    return true;
  }
  /// Brings the session the oldest word. False: there is none.
  bool bring() {
    if (words_.empty()) return false;
    const auto w = std::move(words_.front());
    words_.pop_front();
    std::visit([this](const auto& what) { tell(what); }, w);
    return true;
  }

 private:
  using word = std::variant<joined, left, published, page_read, message_ptr>;
  static constexpr room_number number = 70;

  void on(const join_room& m) {
    const auto plan = plan_join(log_, m.since, m.last, m.published ? m.session_id : std::string());
    joined a = session_rig::joined_answer(m, number, log_.head());
    a.head.epoch = "e";
    a.already = std::exchange(member_, true);
    a.missed = plan.missed;
    a.what_is_lost = plan.what_is_lost;
    a.next = plan.next;
    if (m.bytes > 0 && plan.missed > 0 && !a.already)
      a.first_page = cut_page(log_, a.next, {SIZE_MAX, m.bytes}, pages_);
    words_.push_back(a);
  }
  void on(const leave_room& m) {
    member_ = false;
    words_.push_back(left{m.from, "a", number});
  }
  void on(const publish_message& m) {
    const sequence seq = log_.head() + 1;
    publish(seal(std::move(*m.what), seq, 0));
    words_.push_back(published{m.from, "a", {"e", seq}, false});
  }
  void on(const read_page& m) {
    page_read a;
    if (member_) a = cut_page(log_, m.next, {SIZE_MAX, m.bytes}, pages_);
    a.to = m.from;
    a.number = number;
    words_.push_back(a);
  }
  template <class Other>
  void on(const Other&) {}

  void tell(const message_ptr& m) {
    if (!rig_.port.seats.empty()) rig_.deliver(number, m);
  }
  template <class Answer>
  void tell(const Answer& a) {
    rig_.s.on(a);
  }

  session_rig& rig_;
  room_log log_;
  page_keeper kept_{1 << 20};
  page_cache pages_{kept_};
  time_point now_{};
  std::set<sequence> own_;
  std::deque<word> words_;
  bool member_ = false;
};

}  // namespace roomd::protocol::test
