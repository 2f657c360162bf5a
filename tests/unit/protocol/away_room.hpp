// A room of a session rig whose engine comes and goes: its log holds the newest part of what is kept, and the rest comes
// by pages while the engine is there.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "store/page_service.hpp"

#include "unit/protocol/session_rig.hpp"

namespace roomd::protocol::test {

class away_room final : private store::page_service::host {
 public:
  away_room(session_rig& r, std::string name, room_number number)
      : rig_(r), name_(std::move(name)), number_(number) {}

  const std::string& name() const { return name_; }
  room_number number() const { return number_; }
  sequence head() const { return log_.head(); }
  bool away = false;

  /// Somebody publishes.
  void publish(std::size_t size) {
    kept_.push_back(made(log_.head() + 1, size));
    log_.append(kept_.back(), {});
    if (member_) words_.emplace_back(kept_.back());
  }
  /// The room has been opened anew: it holds a part of what is kept.
  void hold_less() {
    log_.kept_elsewhere(1);
    log_.shed(log_.bytes() / 2);
  }
  void ask(room_request r) {
    std::visit([this](auto& what) { on(what); }, r);
  }
  /// Brings the session the oldest word. False: there is none.
  bool bring() {
    if (words_.empty()) return false;
    const auto w = std::move(words_.front());
    words_.pop_front();
    std::visit([this](const auto& what) { tell(what); }, w);
    return true;
  }
  /// The engine answers what it was asked first. False: nothing, or it is away.
  bool answer() {
    if (away || asked_.empty()) return false;
    const auto range = take_asked();
    store::room_store::pages found(kept_.begin() + static_cast<std::ptrdiff_t>(range.from - 1), kept_.end());
    if (found.size() > 3) found.resize(3);
    service_.take(range, std::move(found));
    return true;
  }
  void give_up() {
    if (!asked_.empty()) service_.take(take_asked(), error{errc::unavailable, {}, {}});
  }

 private:
  using word = std::variant<joined, left, refused, page_read, message_ptr>;

  message_ptr made(sequence seq, std::size_t size) const {
    const std::string data = '"' + std::string(size, 'x') + '"';
    publish_command c;
    c.room = name_;
    c.event = "e";
    c.data = data;
    return make_sealer()(make_draft(c, "user", "other"), seq, 0);
  }
  store::page_range take_asked() {
    const auto range = asked_.front();
    asked_.pop_front();
    return range;
  }
  const room_log& page_log() override { return log_; }
  void read_from_engine(const store::page_range& what) override { asked_.push_back(what); }
  void answer_page(page_read page) override { words_.emplace_back(std::move(page)); }

  void on(const join_room& m) {
    const auto plan = plan_join(log_, m.since, m.last, {});
    joined a = session_rig::joined_answer(m, number_, log_.head());
    a.head.epoch = "e";
    a.already = std::exchange(member_, true);
    if (!a.already) {
      a.missed = plan.missed;
      a.next = plan.next;
    }
    words_.emplace_back(std::move(a));
  }
  void on(const leave_room& m) {
    service_.forget(m.from.session);
    const bool was = std::exchange(member_, false);
    if (!m.answer) return;
    if (was) {
      words_.emplace_back(left{m.from, name_, number_});
    } else {
      words_.emplace_back(refused{m.from, name_, {errc::not_joined, {}, {}}});
    }
  }
  void on(const read_page& m) {
    if (member_) service_.on(m, false);
  }
  template <class Other>
  void on(const Other&) {}

  void tell(const message_ptr& m) {
    for (seat* each : rig_.port.seats)
      if (each->number == number_) return rig_.s.deliver(*each, m);
  }
  template <class Answer>
  void tell(const Answer& a) {
    rig_.s.on(a);
  }

  session_rig& rig_;
  std::string name_;
  room_number number_;
  room_log log_{"e", {1000, 10000000, 1h}};
  page_keeper keeper_{1 << 14};
  page_cache cache_{keeper_};
  store::page_service service_{*this, cache_, number_};
  std::vector<message_ptr> kept_;
  std::deque<store::page_range> asked_;
  std::deque<word> words_;
  bool member_ = false;
};

}  // namespace roomd::protocol::test
