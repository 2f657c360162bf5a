// A session that joins somewhere and reads page by page, with random bounds, while the room publishes and forgets:
// promise 2 of docs/protocol.md.
#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>

#include "core/resume.hpp"

#include "catch.hpp"
#include "unit/core/log_tools.hpp"

using namespace roomd;

namespace {

/// A room that publishes and forgets, and a session that reads it page by page.
class walk {
 public:
  explicit walk(std::uint32_t seed)
      : dice_(seed), log_("e", {dice_.below(15), 100000, std::chrono::milliseconds(dice_.between(1, 80))}) {
    publish(dice_.below(30));
  }

  resume_plan join() {
    std::optional<position> since;
    std::optional<std::uint64_t> last;
    if (dice_.one_in(3)) {
      last = dice_.below(20);
    } else if (!dice_.one_in(10)) {
      since = position{dice_.one_in(4) ? "old" : "e", dice_.below(log_.head() + 5)};
    }
    auto plan = plan_join(log_, since, last, "even");
    const auto* gap = std::get_if<gap_notice>(&plan.what_is_lost);
    const auto* news = std::get_if<epoch_notice>(&plan.what_is_lost);
    const bool known = since && since->epoch == "e" && since->seq <= log_.head();
    position_ = known ? since->seq : news != nullptr ? news->at.seq : plan.next - 1;
    if (gap != nullptr) take_gap(*gap);
    sound_ = sound_ && plan.next == position_ + 1 && plan.recovered == (plan.what_is_lost.index() == 0);
    return plan;
  }

  /// Reads until caught up, while the room publishes up to `pace` messages a page; then hears the rest live.
  void read_on(sequence next, std::size_t pace) {
    for (bool caught_up = false; !caught_up;) {
      const page_read page = cut_page(log_, next, {dice_.between(1, 5), 1000 * dice_.below(5)}, cache_);
      if (page.messages && dice_.one_in(2)) held_.push_back(page.messages);
      if (page.gap) take_gap(*page.gap);
      for (std::size_t i = 0; page.messages && i < page.messages->size(); ++i) take(*(*page.messages)[i]);
      sound_ = sound_ && page.next == position_ + 1 && page.caught_up == (position_ == log_.head());
      next = page.next;
      caught_up = page.caught_up;
      if (pages_++ < 20) publish(dice_.below(pace + 1), caught_up);
    }
  }

  /// Every number once, as a message or in a gap, in order, up to the head.
  bool sound() const { return sound_ && position_ == log_.head(); }
  /// Messages that the session should hear.
  std::size_t heard() const { return heard_; }

 private:
  void publish(std::size_t count, bool live = false) {
    for (std::size_t i = 0; i < count; ++i) {
      now_ += std::chrono::milliseconds(dice_.below(10));
      const auto m =
          make_message(log_.head() + 1, dice_.between(200, 2000), dice_.one_in(2) ? "odd" : "even");
      log_.append(m, now_);
      if (live) take(*m);
    }
  }
  void take(const message& m) {
    sound_ = sound_ && m.seq == position_ + 1;
    position_ = m.seq;
    if (m.is_for("even")) ++heard_;
  }
  void take_gap(gap_notice g) {
    sound_ = sound_ && g.from == position_ + 1 && g.to >= g.from;
    position_ = g.to;
  }

  dice dice_;
  room_log log_;
  time_point now_{};
  sequence position_ = 0;  ///< up to here the session has had every number, or knows that it will not come
  std::size_t heard_ = 0;
  int pages_ = 0;
  page_keeper kept_{1 << 20};
  page_cache cache_{kept_};
  std::vector<page_ptr> held_;  ///< by outboxes
  bool sound_ = true;
};

}  // namespace

TEST_CASE("resume: while the room publishes on, every number comes once or in a gap, in order") {
  for (std::uint32_t seed = 0; seed < 5000; ++seed) {
    CAPTURE(seed);
    walk w(seed);
    const auto plan = w.join();
    w.read_on(plan.next, 4);
    REQUIRE(w.sound());
  }
}

TEST_CASE("resume: in a quiet room a session hears as many messages as its join said it missed") {
  for (std::uint32_t seed = 0; seed < 5000; ++seed) {
    CAPTURE(seed);
    walk w(seed);
    const auto plan = w.join();
    w.read_on(plan.next, 0);
    REQUIRE(w.sound());
    REQUIRE(w.heard() == plan.missed);
  }
}
