// A room whose engine is far away: the log opens late or not at all, holds the newest part only, and is renumbered.
#include "distant_rig.hpp"

using namespace roomd;
using namespace roomd::actors::testing;

TEST_CASE("room engine: what is asked before the log is open is answered when it is, in order") {
  distant_rig r;
  auto& c = r.node.connect(1, "alice");
  c.say({distant_rig::join(r.name), R"({"id":3,"history":{"room":")" + r.name + R"(","limit":1}})",
         R"({"id":4,"leave":{"room":")" + r.name + "\"}}"});
  r.with_room([](distant_room& room) { room.open(); });
  CHECK(c.hear() == "2: join");
  CHECK(c.hear() == "3: history");
  CHECK(c.hear() == "4: leave");
}

TEST_CASE("room engine: what waits, and what comes later, is refused while the log cannot be opened") {
  distant_rig r;
  auto& c = r.node.connect(1, "alice");
  c.say(distant_rig::join(r.name));
  r.with_room([](distant_room& room) { room.refuse(); });
  CHECK(c.hear() == "2: 503 unavailable");
  c.say(distant_rig::join(r.name));
  CHECK(c.hear() == "2: 503 unavailable");
  r.with_room([](distant_room& room) { room.open(); });
  c.say(distant_rig::join(r.name));
  CHECK(c.hear() == "2: join");
}

TEST_CASE("room engine: a page that only the engine has is asked for once, for all who want it") {
  distant_rig r;
  r.member();
  std::vector<client*> back;
  for (int i = 0; i < 3; ++i) {
    back.push_back(&r.node.connect(1, "bob"));
    back.back()->say(distant_rig::join(r.name, R"(,"since":{"epoch":"e1","seq":1})"));
    CHECK(back.back()->hear() == "2: join");
  }
  CHECK(r.node.eventually([&] { return r.node.on(0, [&] { return r.rooms.front()->asked() == 1; }); }));
  r.node.on(1, [] { return true; });
  r.with_room([](distant_room& room) {
    CHECK(room.asked() == 1);
    room.answer();
  });
  for (auto* c : back)
    for (int seq = 2; seq <= 6; ++seq) {
      if (seq == 4) r.with_room([](distant_room& room) { room.answer(); });
      CHECK(c->hear() == "message " + std::to_string(seq));
    }
}

TEST_CASE("room engine: history reaches back to what only the engine has") {
  distant_rig r;
  auto& c = r.member();
  c.say(R"({"id":3,"history":{"room":")" + r.name + R"(","before":3}})");
  CHECK(r.node.eventually([&] { return r.node.on(0, [&] { return r.rooms.front()->asked() == 1; }); }));
  r.with_room([](distant_room& room) { room.answer(); });
  const auto answer = c.hear_text();
  CHECK(answer.find(R"("first":1,"seq":6)") != std::string::npos);
  CHECK(answer.find(R"({"seq":2,)") != std::string::npos);
}

TEST_CASE("room engine: members hear where the numbering goes on") {
  distant_rig r;
  auto& c = r.member();
  r.with_room([](distant_room& room) { room.fork(); });
  CHECK(c.hear_text() == R"({"epoch":{"room":")" + r.name + R"(","epoch":"e2","seq":5}})");
}

namespace {

/// A client comes back with more than the log knows, and at once asks something else.
client& ahead_of(distant_rig& r) {
  r.member();
  auto& c = r.node.connect(1, "bob");
  c.say({distant_rig::join(r.name, R"(,"since":{"epoch":"e1","seq":7})"),
         R"({"id":3,"leave":{"room":")" + r.name + "\"}}"});
  CHECK(r.node.eventually([&] { return r.node.on(0, [&] { return r.rooms.front()->refreshes() == 1; }); }));
  return c;
}

}  // namespace

TEST_CASE("room engine: who has seen more than the log knows is ahead of this node, and loses nothing") {
  distant_rig r;
  auto& c = ahead_of(r);
  r.with_room([](distant_room& room) {
    room.grow();
    room.refreshed();
  });
  const auto answer = c.hear_text();
  CHECK(answer.find(R"("seq":7,"recovered":true)") != std::string::npos);
  CHECK(c.hear() == "3: leave");
}

TEST_CASE("room engine: while the engine is away nobody is told that what they have seen is lost") {
  distant_rig r;
  auto& c = ahead_of(r);
  r.with_room([](distant_room& room) { room.refreshed(error{errc::unavailable, "far away", 1s}); });
  CHECK(c.hear() == "2: 503 unavailable");
  CHECK(c.hear() == "3: 404 not_joined");
}

TEST_CASE("room engine: what the engine does not have either is lost, and told so") {
  distant_rig r;
  auto& c = ahead_of(r);
  r.with_room([](distant_room& room) { room.refreshed(); });
  CHECK(c.hear() == "2: join");
  CHECK(c.hear() == "epoch e1@6");
}

TEST_CASE("room engine: an epoch that the engine does not know is asked for once, whoever comes from it") {
  distant_rig r;
  r.member();
  for (int i = 0; i < 3; ++i) {
    auto& c = r.node.connect(1, "bob");
    c.say(distant_rig::join(r.name, R"(,"since":{"epoch":"gone","seq":5})"));
    if (i == 0) {
      CHECK(
          r.node.eventually([&] { return r.node.on(0, [&] { return r.rooms.front()->refreshes() == 1; }); }));
      r.with_room([](distant_room& room) { room.refreshed(); });
    }
    CHECK(c.hear() == "2: join");
    CHECK(c.hear() == "epoch e1@0");
  }
  r.with_room([](distant_room& room) { CHECK(room.refreshes() == 0); });
}

TEST_CASE("room engine: joins from nowhere share one question, and nobody else waits for it") {
  distant_rig r;
  auto& member = r.member();
  auto& stranger = r.node.connect(1, "stranger");
  auto& another = r.node.connect(1, "another");
  const auto from = [&](const std::string& epoch) {
    return distant_rig::join(r.name, R"(,"since":{"epoch":")" + epoch + R"(","seq":5})");
  };
  const auto asked = [&] {
    return r.node.eventually([&] { return r.node.on(0, [&] { return r.rooms.front()->refreshes() == 1; }); });
  };
  stranger.say({from("nowhere-1"), R"({"id":3,"leave":{"room":")" + r.name + "\"}}"});
  REQUIRE(asked());
  another.say(from("nowhere-2"));
  member.say(R"({"id":4,"publish":{"room":")" + r.name + R"(","event":"e","data":1}})");
  CHECK(member.hear() == "4: publish");  // the question is still under way
  r.with_room([](distant_room& room) {
    CHECK(room.refreshes() == 1);
    room.refreshed();
  });
  CHECK(stranger.hear() == "2: join");
  CHECK(stranger.hear() == "epoch e1@0");
  REQUIRE(asked());  // for the one who came meanwhile
  r.with_room([](distant_room& room) { room.refreshed(); });
  CHECK(another.hear() == "2: join");
}
