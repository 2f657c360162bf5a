// The embedded engine: the contract, and what it forgets.
#include <new>

#include "store/memory_store.hpp"

#include "catch.hpp"
#include "unit/store/store_suite.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

namespace {

class setup {
 public:
  explicit setup(suite_bounds b, std::size_t total_bytes = 10000000)
      : store_({retention{b.log, b.dedup}, total_bytes}, "word", protocol::make_sealer()) {}
  memory_store& engine() { return store_; }
  void settle() {}

 private:
  memory_store store_;
};

/// A room that was opened, got so many messages, and was closed again.
epoch visit(setup& s, const std::string& name, int messages, moment when = at(0ms)) {
  open_room room(s, name);
  for (int i = 0; i < messages; ++i) room.append(text({}, 2000), when);
  return room.log(when).numbering();
}

}  // namespace

TEST_CASE("memory store: it keeps the contract") { store_suite<setup>(); }

TEST_CASE("memory store: a message that cannot be made leaves neither key nor bytes behind") {
  bool broken = false;
  const auto make = protocol::make_sealer();
  memory_store store({retention{{5, 100000, 1h}, {2, 10s, 10000}}, 1000000}, "word",
                     [&](draft what, sequence seq, unix_ms wall) {
                       if (broken) throw std::bad_alloc();
                       return make(std::move(what), seq, wall);
                     });
  listening_room room;
  const auto open = store.open("a", room);
  std::vector<receipt> told;
  const auto append = [&](const char* key) {
    open->append(text(key), at(0ms), [&](const result<receipt>& r) { told.push_back(*r); });
  };
  append("first");
  const std::size_t bytes = store.bytes();
  broken = true;
  CHECK_THROWS_AS(append("second"), std::bad_alloc);
  CHECK(store.bytes() == bytes);
  broken = false;
  append("second");
  REQUIRE(told.size() == 2);
  CHECK(told[1].at.seq == 2);
  CHECK_FALSE(told[1].duplicate);
  CHECK(open->log(at(0ms)).head() == 2);
}

TEST_CASE("memory store: a room without messages leaves nothing behind") {
  setup s(suite_bounds{});
  visit(s, "a", 0);
  CHECK(s.engine().rooms() == 0);
  CHECK(s.engine().bytes() == 0);
}

TEST_CASE("memory store: a room that never had a message has the same epoch when opened again") {
  setup s(suite_bounds{});
  const auto before = visit(s, "a", 0);
  CHECK(visit(s, "a", 0) == before);
}

TEST_CASE("memory store: a room that was closed for as long as messages may live is forgotten") {
  setup s(suite_bounds{});
  visit(s, "a", 2);
  s.engine().sweep(at(1h - 1ms));
  CHECK(s.engine().rooms() == 1);
  s.engine().sweep(at(1h));
  CHECK(s.engine().rooms() == 0);
  CHECK(s.engine().bytes() == 0);
}

TEST_CASE("memory store: a sweep leaves open rooms alone") {
  setup s(suite_bounds{});
  open_room room(s);
  room.append(text());
  s.engine().sweep(at(9h));
  CHECK(s.engine().rooms() == 1);
  CHECK(room.log(at(9h)).head() == 1);
}

TEST_CASE("memory store: a room that is used again before the sweep is not forgotten") {
  setup s(suite_bounds{});
  visit(s, "a", 1);
  visit(s, "a", 1, at(30min));
  s.engine().sweep(at(1h));
  CHECK(s.engine().rooms() == 1);
}

TEST_CASE("memory store: deduplication outlives a shorter history") {
  suite_bounds b;
  b.log.age = 1s;
  setup s(b);
  { open_room(s).append(text("k")); }
  s.engine().sweep(at(5s));
  CHECK(open_room(s).append(text("k"), at(5s)).duplicate);
  s.engine().sweep(at(15s));
  CHECK(s.engine().rooms() == 0);
}

TEST_CASE("memory store: a forgotten room begins a new epoch") {
  setup s(suite_bounds{});
  const auto before = visit(s, "a", 1);
  s.engine().sweep(at(1h));
  open_room room(s);
  CHECK(room.log().numbering() != before);
  CHECK(room.log().head() == 0);
}

TEST_CASE("memory store: over the bound of all rooms those that were used longest ago are forgotten") {
  setup s(suite_bounds{}, 10000);
  visit(s, "a", 1);
  visit(s, "b", 1);
  open_room room(s, "c");
  while (s.engine().rooms() == 3) room.append(text({}, 1000));
  CHECK(s.engine().bytes() <= 10000);
  CHECK(open_room(s, "b").log().head() == 1);
  CHECK(open_room(s, "a").log().head() == 0);
}

TEST_CASE(
    "memory store: over the bound an open room that was used longest ago loses its messages, not its "
    "numbering") {
  setup s(suite_bounds{}, 11000);
  open_room quiet(s, "quiet");
  quiet.append(text({}, 4000));
  const auto numbering = quiet.log().numbering();
  open_room loud(s, "loud");
  for (int i = 0; i < 3; ++i) loud.append(text({}, 3000));
  CHECK(s.engine().bytes() <= 11000);
  CHECK(quiet.log().empty());
  CHECK(loud.log().first() == 1);
  CHECK(quiet.append(text()).at == position{numbering, 2});
}

TEST_CASE("memory store: a room that is over the bound alone drops its own oldest messages") {
  setup s(suite_bounds{}, 11000);
  open_room loud(s, "loud");
  for (int i = 0; i < 5; ++i) loud.append(text({}, 3000));
  CHECK(s.engine().bytes() <= 11000);
  CHECK(loud.log().head() == 5);
  CHECK(loud.log().first() == 3);
}

namespace {

/// Rooms called `short…` keep one message for a minute, the others five for an hour.
class two_kinds {
 public:
  explicit two_kinds(std::size_t total_bytes = 10000000)
      : store_(
            {{retention{{5, 100000, 1h}, {}}, {{"short*", retention{{1, 100000, 1min}, {}}}}}, total_bytes},
            "word", protocol::make_sealer()) {}
  memory_store& engine() { return store_; }
  void settle() {}
  epoch visit(const std::string& name, int messages, moment when = at(0ms)) {
    open_room room(*this, name);
    for (int i = 0; i < messages; ++i) room.append(text({}, 2000), when);
    return room.log(when).numbering();
  }

 private:
  memory_store store_;
};

}  // namespace

TEST_CASE("memory store: each room keeps what its pattern says") {
  two_kinds s;
  open_room brief(s, "short"), other(s, "other");
  for (int i = 0; i < 3; ++i) {
    brief.append(text());
    other.append(text());
  }
  CHECK(brief.log().first() == 3);
  CHECK(other.log().first() == 1);
  CHECK(brief.log(at(1min)).empty());
  CHECK(other.log(at(1min)).size() == 3);
}

TEST_CASE(
    "memory store: a room with a short life is forgotten behind one that was used before and lives longer") {
  two_kinds s;
  s.visit("other", 1);
  s.visit("short", 1, at(1s));
  s.engine().sweep(at(61s));
  CHECK(s.engine().rooms() == 1);
  CHECK(open_room(s, "other").log(at(61s)).head() == 1);
}

TEST_CASE("memory store: over the bound the room that was used longest ago goes, whatever its pattern") {
  two_kinds s(10000);
  s.visit("short 1", 1, at(0s));
  s.visit("other 1", 1, at(1s));
  s.visit("short 2", 1, at(2s));
  open_room last(s, "other 2");
  while (s.engine().rooms() == 4) last.append(text({}, 1000), at(3s));
  CHECK(open_room(s, "other 1").log(at(3s)).head() == 1);
  while (s.engine().rooms() == 3) last.append(text({}, 1000), at(3s));
  CHECK(open_room(s, "short 2").log(at(3s)).head() == 1);
  CHECK(open_room(s, "other 1").log(at(3s)).head() == 0);
}

TEST_CASE("memory store: keys count against the bound, and go when nothing else is left to go") {
  setup s(suite_bounds{}, 1000);
  open_room room(s);
  for (int i = 0; i < 20; ++i) room.append(text(std::to_string(i)));
  CHECK(s.engine().bytes() <= 1000);
  CHECK(room.append(text("19")).duplicate);
}

TEST_CASE("memory store: bytes count what expires, too") {
  setup s(suite_bounds{});
  open_room room(s);
  room.append(text());
  const auto full = s.engine().bytes();
  const auto message = room.log().bytes();
  CHECK(full > message);
  room.log(at(1h));
  CHECK(s.engine().bytes() + message <= full);
}

TEST_CASE("memory store: what is kept compressed besides counts against its bounds") {
  memory_store store({retention{{5, 100000, 1h}, {}}, 10000000}, "word", protocol::make_sealer());
  listening_room room;
  const auto open = store.open("a", room);
  const auto append = [&](bool deflate) {
    room.deflated = deflate;
    open->append(text({}, 2000), at(0ms), [](const result<receipt>&) {});
  };
  append(false);
  const std::size_t plain = open->log(at(0ms)).bytes();
  CHECK_FALSE(room.heard.back()->deflated);
  append(true);
  REQUIRE(room.heard.back()->deflated);
  CHECK(open->log(at(0ms)).bytes() == 2 * plain + room.heard.back()->deflated->size() + sizeof(frame));
}
