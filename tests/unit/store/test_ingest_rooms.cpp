#include <string>
#include <vector>

#include "store/ingest_rooms.hpp"

#include "catch.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace std::chrono_literals;

namespace {

using fate = ingest_rooms::fate;
using lines = std::vector<std::string>;

struct ingest_rig {
  ingest_rooms rooms{{.entries = 10, .bytes = 100, .patience = 10s, .pause = 1s, .tries = 3}};
  time_point now{};
  std::vector<ingest_rooms::attempt> sent;

  ingest_rig() { now += 1h; }
  void add(const std::string& id, const std::string& room) {
    draft d;
    d.encoded = id;
    rooms.add(id, room, std::move(d));
  }
  /// What is sent now, as `ROOM:WHAT`.
  lines due() {
    sent = rooms.due(now);
    lines all;
    for (const auto& a : sent) all.push_back(a.room + ':' + a.what.encoded);
    return all;
  }
  ingest_rooms::verdict answer(std::size_t which, bool published) {
    const auto a = sent.at(which);
    return rooms.answer(a.room, a.serial, published, now);
  }
};

}  // namespace

TEST_CASE("ingest rooms: of one room one is under way at a time, in the stream's order") {
  ingest_rig r;
  r.add("1", "a");
  r.add("2", "a");
  r.add("3", "b");
  CHECK(r.due() == lines{"a:1", "b:3"});
  CHECK(r.rooms.due(r.now).empty());
  const auto v = r.answer(0, true);
  CHECK((v.what == fate::published && v.id == "1"));
  CHECK(r.due() == lines{"a:2"});
  CHECK(r.rooms.size() == 2);
}

TEST_CASE("ingest rooms: a room does not lose its entry because others take what is not kept") {
  ingest_rig r;
  r.add("1", "a");
  REQUIRE(r.due() == lines{"a:1"});
  for (int i = 0; i < 10; ++i) {
    CHECK(r.answer(0, false).what == fate::again);
    draft passing;
    passing.ephemeral = true;
    passing.encoded = "x";
    r.rooms.add("x", "b", std::move(passing));
    REQUIRE(r.due() == lines{"b:x"});
    CHECK(r.answer(0, true).what == fate::published);
    r.now += 1s;
    REQUIRE(r.due() == lines{"a:1"});
  }
}

TEST_CASE("ingest rooms: what was refused is tried again after a pause, before what is behind it") {
  ingest_rig r;
  r.add("1", "a");
  r.add("2", "a");
  r.add("3", "b");
  r.due();
  CHECK(r.answer(0, false).what == fate::again);
  r.answer(1, true);
  CHECK(r.due().empty());
  CHECK(r.rooms.next() == r.now + 1s);
  r.now += 1s;
  CHECK(r.due() == lines{"a:1"});
  CHECK(r.rooms.retries() == 1);
  r.answer(0, true);
  CHECK(r.due() == lines{"a:2"});
}

TEST_CASE("ingest rooms: an answer that does not come is not waited for for ever") {
  ingest_rig r;
  r.add("1", "a");
  r.due();
  const auto old = r.sent[0];
  r.now += 10s;
  CHECK(r.due() == lines{"a:1"});
  CHECK(r.rooms.answer("a", old.serial, true, r.now).what == fate::unknown);
  CHECK(r.answer(0, true).what == fate::published);
  CHECK(r.rooms.answer("a", old.serial, true, r.now).what == fate::unknown);
}

TEST_CASE("ingest rooms: a room that takes nothing is given up while others take theirs") {
  ingest_rig r;
  r.add("1", "a");
  r.add("2", "a");
  for (int i = 0; i < 3; ++i) {
    r.now += 1s;
    REQUIRE(r.due() == lines{"a:1"});
    if (i == 1) {
      r.add("9", "b");
      const auto a = r.sent;
      r.due();
      r.answer(0, true);
      r.sent = a;
    }
    const auto v = r.answer(0, false);
    CHECK(v.what == (i == 2 ? fate::given_up : fate::again));
    CHECK(v.id == (i == 2 ? "1" : ""));
  }
  CHECK(r.due() == lines{"a:2"});
}

TEST_CASE("ingest rooms: nothing is given up while nobody takes anything") {
  ingest_rig r;
  r.add("1", "a");
  for (int i = 0; i < 50; ++i) {
    r.now += 1s;
    REQUIRE(r.due() == lines{"a:1"});
    CHECK(r.answer(0, false).what == fate::again);
  }
}

TEST_CASE("ingest rooms: entries and bytes are bounded") {
  ingest_rig r;
  CHECK(r.rooms.room() == 10);
  for (int i = 0; i < 9; ++i) r.add(std::to_string(i), "a");
  CHECK(r.rooms.room() == 1);
  r.add("9", "b");
  CHECK(r.rooms.room() == 0);
  r.due();
  r.answer(0, true);
  CHECK(r.rooms.room() == 1);
  r.add(std::string(100, 'x'), "c");
  CHECK(r.rooms.room() == 0);
}

TEST_CASE("ingest rooms: what is forgotten is not answered any more") {
  ingest_rig r;
  r.add("1", "a");
  r.due();
  r.rooms.clear();
  CHECK(r.rooms.size() == 0);
  CHECK_FALSE(r.rooms.next());
  CHECK(r.answer(0, true).what == fate::unknown);
  r.add("1", "a");
  CHECK(r.due() == lines{"a:1"});
}
