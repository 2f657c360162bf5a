// What a room's members read, and who waits for what the engine has not answered.
#include "store/page_service.hpp"

#include "catch.hpp"
#include "unit/core/log_tools.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace std::chrono_literals;

namespace {

/// Messages 1 to 6, of which the log holds the newest three.
struct service_rig final : page_service::host {
  service_rig() {
    log.restart("e", 3);
    for (sequence seq = 4; seq <= 6; ++seq) log.append(make_message(seq), at(0s));
    log.kept_elsewhere(1);
  }
  const room_log& page_log() override { return log; }
  void read_from_engine(const page_range& what) override { asked.push_back(what); }
  void answer_page(page_read page) override { answers.push_back(std::move(page)); }

  static read_page of(std::uint64_t session, sequence next) {
    return {"a", {{0, session}, 1000 + session}, next, 2000};
  }
  void ask(std::uint64_t session, sequence next) { service.on(of(session, next), false); }
  void answer(std::size_t i, std::vector<sequence> seqs) {
    room_store::pages found;
    for (const auto seq : seqs) found.push_back(make_message(seq));
    service.take(page_range(asked[i]), std::move(found));
  }
  void fail(std::size_t i) { service.take(page_range(asked[i]), error{errc::unavailable, {}, {}}); }
  /// `SESSION later`, or `SESSION FIRST..NEXT`.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (const auto& a : std::exchange(answers, {})) {
      CHECK(a.number == 70);
      CHECK(a.to.serial == 1000 + a.to.session.number);
      const auto who = std::to_string(a.to.session.number) + ' ';
      if (a.later) {
        all.push_back(who + "later");
      } else {
        all.push_back(who + std::to_string(a.messages->first()) + ".." + std::to_string(a.next));
      }
    }
    return all;
  }

  room_log log{"e", {1000, 1000000, 1h}};
  page_keeper keeper{1 << 20};
  page_cache cache{keeper};
  page_service service{*this, cache, 70};
  std::vector<page_range> asked;
  std::vector<page_read> answers;
};

using told_t = std::vector<std::string>;

}  // namespace

TEST_CASE("page service: what the log holds is answered at once") {
  service_rig r;
  r.ask(1, 4);
  CHECK(r.told() == told_t{"1 4..6"});
  CHECK(r.asked.empty());
  CHECK_FALSE(r.service.is_waiting());
}

TEST_CASE(
    "page service: what only the engine keeps is asked for once, and everybody is told that it comes later") {
  service_rig r;
  r.ask(1, 2);
  r.ask(2, 2);
  CHECK(r.told() == told_t{"1 later", "2 later"});
  REQUIRE(r.asked.size() == 1);
  CHECK(r.service.is_waiting());
  r.answer(0, {2, 3});
  CHECK(r.told() == told_t{"1 2..4", "2 2..4"});
  CHECK_FALSE(r.service.is_waiting());
  r.ask(3, 2);
  CHECK(r.told() == told_t{"3 2..4"});
}

TEST_CASE("page service: who has left is told nothing any more") {
  service_rig r;
  r.ask(1, 2);
  r.ask(2, 2);
  r.service.forget({0, 1});
  r.told();
  r.answer(0, {2, 3});
  CHECK(r.told() == told_t{"2 2..4"});
}

TEST_CASE("page service: who comes and goes while the engine is away leaves nothing behind") {
  service_rig r;
  for (int i = 0; i < 1000; ++i) {
    r.ask(1, 2);
    r.service.forget({0, 1});
  }
  CHECK(r.asked.size() == 1);
  r.fail(0);
  CHECK(r.asked.size() == 1);
  CHECK_FALSE(r.service.is_waiting());
}

TEST_CASE("page service: what the engine gives up is asked for again as long as somebody waits for it") {
  service_rig r;
  r.ask(1, 2);
  r.told();
  r.fail(0);
  REQUIRE(r.asked.size() == 2);
  CHECK(r.asked[1] == r.asked[0]);
  r.answer(1, {2});
  CHECK(r.told() == told_t{"1 2..3"});
}

TEST_CASE("page service: after a new numbering the pages of the old one are nobody's") {
  service_rig r;
  r.ask(1, 2);
  r.service.renumbered();
  r.told();
  r.answer(0, {2, 3});
  CHECK(r.told().empty());
  CHECK_FALSE(r.service.is_waiting());
}

TEST_CASE("page service: what has become too old meanwhile is a gap") {
  service_rig r;
  r.ask(1, 2);
  r.told();
  r.log.kept_elsewhere(4);
  r.answer(0, {});
  REQUIRE(r.answers.size() == 1);
  REQUIRE(r.answers[0].gap);
  CHECK(r.answers[0].gap->from == 2);
  CHECK(r.answers[0].gap->to == 3);
}
