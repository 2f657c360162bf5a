// The contract of store/store.hpp as tests that every engine passes. A sibling's test file says how to make its
// engine and calls `store_suite`; each SECTION begins with a fresh one.
//
// `Setup` is made anew for each section, with the bounds that it shall have, and offers
//   room_engine& engine();
//   void settle();   // returns once every append before it has called its `done`
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/message_text.hpp"
#include "store/store.hpp"

#include "catch.hpp"

namespace roomd::store::test {

using namespace std::chrono_literals;

struct suite_bounds {
  log_bounds log{5, 100000, 1h};
  dedup_bounds dedup{2, 10s, 10000};
};

inline moment at(std::chrono::milliseconds t) { return {time_point{1000h} + t, 1000 + t.count()}; }

/// A draft as a session makes it, with `size` letters as data.
inline draft text(std::string key = {}, std::size_t size = 10) {
  const std::string data = '"' + std::string(size, 'x') + '"';
  protocol::publish_command c;
  c.room = "a";
  c.event = "e";
  c.data = data;
  c.key = std::move(key);
  return protocol::make_draft(c, "user", "session");
}

/// A room that writes down what its store says.
struct listening_room final : room_observer {
  void on_open() override { ++opened; }
  void on_unavailable(const error&) override { ++unavailable; }
  void on_message(const message_ptr& m) override { heard.push_back(m); }
  void on_numbering(const position& at, bool child) override { numberings.emplace_back(at, child); }
  void on_word(std::string_view text) override { words.emplace_back(text); }
  void on_words() override { ++word_beginnings; }
  bool wants_deflated() const override { return deflated; }

  std::vector<std::string> words;
  int word_beginnings = 0;
  int opened = 0;
  int unavailable = 0;
  std::vector<message_ptr> heard;
  std::vector<std::pair<position, bool>> numberings;
  bool deflated = false;
};

/// An opened room whose receipts are waited for.
template <class Setup>
class open_room {
 public:
  explicit open_room(Setup& setup, const std::string& name = "a")
      : setup_(setup), open_(setup.engine().open(name, room)) {
    setup_.settle();
    REQUIRE(open_->is_open());
    REQUIRE(room.opened == 1);
  }

  listening_room room;

  receipt append(draft what, moment when = at(0ms)) {
    std::optional<receipt> got;
    open_->append(std::move(what), when, [&](result<receipt> r) {
      REQUIRE(r);
      got = *r;
    });
    setup_.settle();
    REQUIRE(got);
    return *got;
  }
  const room_log& log(moment when = at(0ms)) { return open_->log(when); }
  room_store& store() { return *open_; }

 private:
  Setup& setup_;
  std::unique_ptr<room_store> open_;
};

template <class Setup>
void numbering_suite() {
  Setup setup(suite_bounds{});

  SECTION("a new room has an epoch, head 0 and no messages") {
    open_room room(setup);
    CHECK_FALSE(room.log().numbering().empty());
    CHECK(room.log().head() == 0);
    CHECK(room.log().empty());
  }
  SECTION("messages are numbered from 1, and made with number, time and text") {
    open_room room(setup);
    for (sequence seq = 1; seq <= 3; ++seq) {
      const auto r = room.append(text(), at(7ms));
      CHECK(r.at == position{room.log().numbering(), seq});
      CHECK_FALSE(r.duplicate);
      REQUIRE(room.room.heard.size() == seq);
      const message& m = *room.room.heard.back();
      CHECK(m.seq == seq);
      CHECK(m.time == 1007);
      CHECK(m.session == "session");
      CHECK(protocol::object_text(m).find(R"("data":"xxxxxxxxxx")") != std::string_view::npos);
      CHECK(room.log().read(seq, {1, 0}).front() == room.room.heard.back());
    }
    CHECK(room.log().head() == 3);
    CHECK(room.log().size() == 3);
  }
  SECTION("each room has its own numbers") {
    open_room a(setup, "a");
    open_room b(setup, "b");
    a.append(text());
    a.append(text());
    CHECK(b.append(text()).at.seq == 1);
  }
  SECTION("answers come in the order of the calls") {
    open_room room(setup);
    std::vector<sequence> order;
    for (int i = 0; i < 50; ++i) {
      room.store().append(text(i % 2 == 0 ? "k" : ""), at(0ms),
                          [&](result<receipt> r) { order.push_back(r->at.seq); });
    }
    setup.settle();
    REQUIRE(order.size() == 50);
    for (std::size_t i = 0; i < order.size(); ++i) CHECK(order[i] == (i % 2 == 0 ? 1 : (i + 3) / 2));
  }
  SECTION("a room that is opened again goes on where it was: epoch, head and messages") {
    epoch before;
    {
      open_room room(setup);
      room.append(text());
      room.append(text());
      before = room.log().numbering();
    }
    open_room room(setup);
    CHECK(room.log().numbering() == before);
    CHECK(room.log().head() == 2);
    CHECK(room.log().size() == 2);
    CHECK(room.append(text()).at == position{before, 3});
  }
}

template <class Setup>
void bounds_suite() {
  Setup setup(suite_bounds{});
  open_room room(setup);

  SECTION("the log keeps the newest messages only") {
    for (int i = 0; i < 8; ++i) room.append(text());
    CHECK(room.log().head() == 8);
    CHECK(room.log().first() == 4);
  }
  SECTION("messages that are too old are gone, the head stays") {
    room.append(text(), at(0ms));
    room.append(text(), at(1min));
    CHECK(room.log(at(1h - 1ms)).size() == 2);
    CHECK(room.log(at(1h)).first() == 2);
    CHECK(room.log(at(2h)).empty());
    CHECK(room.log(at(2h)).head() == 2);
  }
  SECTION("the log is bounded in bytes") {
    room.append(text({}, 60000));
    room.append(text({}, 60000));
    CHECK(room.log().first() == 2);
  }
}

template <class Setup>
void dedup_suite() {
  Setup setup(suite_bounds{});

  SECTION("a key that was published is answered with the first one's place, and nothing is made") {
    open_room room(setup);
    room.append(text());
    const auto first = room.append(text("k"));
    const auto second = room.append(text("k"));
    CHECK(second.at == first.at);
    CHECK(second.duplicate);
    CHECK(room.room.heard.size() == 2);
    CHECK(room.log().head() == 2);
  }
  SECTION("messages without key are never duplicates") {
    open_room room(setup);
    CHECK_FALSE(room.append(text()).duplicate);
    CHECK_FALSE(room.append(text()).duplicate);
  }
  SECTION("a log can be refreshed") {
    open_room room(setup);
    room.append(text());
    int refreshed = 0;
    room.store().refresh([&](const std::optional<error>& why_not) { refreshed += why_not ? 100 : 1; });
    setup.settle();
    CHECK(refreshed == 1);
    CHECK(room.log().head() == 1);
  }
  SECTION("messages that are not kept have no number, and leave nothing behind") {
    open_room room(setup);
    room.append(text());
    draft passing = text();
    passing.ephemeral = true;
    room.store().send(std::move(passing), at(9ms));
    setup.settle();
    REQUIRE(room.room.heard.size() == 2);
    CHECK(room.room.heard.back()->seq == 0);
    CHECK(room.room.heard.back()->time == 1009);
    CHECK(room.log().head() == 1);
  }
  SECTION("pages are read from a number on, and below one") {
    open_room room(setup);
    for (int i = 0; i < 5; ++i) room.append(text());
    std::vector<sequence> read;
    const auto take = [&](const result<room_store::pages>& page) {
      for (const auto& m : *page) read.push_back(m->seq);
      read.push_back(0);
    };
    room.store().read({2, 0, {2, 10000}}, take);
    room.store().read({0, 4, {2, 10000}}, take);
    room.store().read({0, 0, {1, 10000}}, take);
    setup.settle();
    CHECK(read == std::vector<sequence>{2, 3, 0, 2, 3, 0, 5, 0});
  }
  SECTION("messages are made with compressed frames where a member takes them") {
    open_room room(setup);
    room.room.deflated = true;
    room.append(text({}, 2000));
    REQUIRE(room.room.heard.size() == 1);
    CHECK(room.room.heard.back()->deflated);
  }
  SECTION("each room has its own keys") {
    open_room a(setup, "a");
    open_room b(setup, "b");
    a.append(text("k"));
    CHECK_FALSE(b.append(text("k")).duplicate);
  }
  SECTION("young keys are known however many there are, and a few however old they are") {
    open_room room(setup);
    for (const char* key : {"1", "2", "3"}) room.append(text(key));
    CHECK(room.append(text("1"), at(9999ms)).duplicate);
    CHECK(room.append(text("3"), at(30min)).duplicate);
  }
  SECTION("a key that is too old is forgotten when enough others have come, if not at once") {
    open_room room(setup);
    room.append(text("1"));
    for (int i = 0; i < 300; ++i) room.append(text("some " + std::to_string(i)), at(11s));
    for (int i = 0; i < 300; ++i) room.append(text("more " + std::to_string(i)), at(22s));
    CHECK_FALSE(room.append(text("1"), at(33s)).duplicate);
  }
  SECTION("keys are known after the room was closed") {
    { open_room(setup).append(text("k")); }
    open_room room(setup);
    CHECK(room.append(text("k")).duplicate);
  }
}

template <class Setup>
void store_suite() {
  SECTION("numbering") { numbering_suite<Setup>(); }
  SECTION("bounds") { bounds_suite<Setup>(); }
  SECTION("dedup") { dedup_suite<Setup>(); }
}

}  // namespace roomd::store::test
