// Reading makes nothing that stays, and rooms that are put to use are counted against who does it.
#include <string>

#include "rig.hpp"

using namespace roomd;
using namespace roomd::actors::testing;

namespace {

config::settings lingering() {
  auto s = brisk_settings();
  s.rooms.linger = 1h;
  return s;
}

std::string publish_to(const std::string& room, int id) {
  return R"({"id":)" + std::to_string(id) + R"(,"publish":{"room":")" + room + R"(","event":"e","data":1}})";
}

nlohmann::json ask(client& c, const std::string& command) {
  c.say(command);
  return nlohmann::json::parse(c.hear_text());
}

}  // namespace

TEST_CASE("room reading: a room that is there only because somebody reads ends at once, and leaves nothing") {
  rig r(lingering());
  auto& ada = r.connect(0, "ada");
  for (int i = 0; i < 100; ++i) {
    const auto name = "unknown " + std::to_string(i);
    CHECK(ask(ada, R"({"id":1,"history":{"room":")" + name + R"("}})")["history"]["messages"].empty());
    CHECK(ask(ada, R"({"id":2,"members":{"room":")" + name + R"("}})").contains("members"));
    r.users(1, name);
  }
  CHECK(r.eventually([&] { return r.rooms() == 0; }));
  CHECK(r.remembered() == 0);
}

TEST_CASE("room reading: it does not end a room that was put to use") {
  rig r(lingering());
  auto& ada = r.connect(0, "ada");
  ask(ada, publish_to("a", 1));
  for (int i = 0; i < 10; ++i) ask(ada, R"({"id":2,"history":{"room":"a"}})");
  CHECK(r.rooms() == 1);
}

TEST_CASE("new rooms: over a session's limit a command that would put one to use gets 429 and a wait") {
  auto s = lingering();
  s.limits.new_rooms_per_session = 5;
  rig r(s);
  auto& ada = r.connect(0, "ada");
  for (int i = 0; i < 5; ++i) CHECK(ask(ada, publish_to("mine " + std::to_string(i), 1)).contains("publish"));
  for (const auto* command : {R"({"id":1,"publish":{"room":"one more","event":"e","data":1}})",
                              R"({"id":1,"join":{"room":"one more"}})"}) {
    const auto refused = ask(ada, command)["error"];
    CHECK(refused["code"] == 429);
    CHECK(refused["after"].get<int>() > 0);
    CHECK(refused["after"].get<int>() <= 12000);
  }
  CHECK(r.rooms() == 5);
}

TEST_CASE("new rooms: a room that is in use costs nothing, however often it is joined or published into") {
  auto s = lingering();
  s.limits.new_rooms_per_session = 5;
  rig r(s);
  auto& ada = r.connect(0, "ada");
  auto& bob = r.connect(1, "bob");
  for (const auto* room : {"a", "b", "c"}) ask(ada, publish_to(room, 1));
  for (int i = 0; i < 20; ++i) {
    for (const auto* room : {"a", "b", "c"}) CHECK(ask(bob, publish_to(room, 2)).contains("publish"));
    CHECK(ask(bob, R"({"id":3,"join":{"room":"a"}})").contains("join"));
    CHECK(ask(bob, R"({"id":4,"leave":{"room":"a"}})").contains("leave"));
  }
}

TEST_CASE("new rooms: all sessions of one address share a limit") {
  auto s = lingering();
  s.limits.new_rooms_per_session = 4;
  s.limits.new_rooms_per_address = 6;
  rig r(s);
  auto& ada = r.connect(0, "ada", false, "192.0.2.7");
  auto& bob = r.connect(0, "bob", false, "192.0.2.7");
  auto& eve = r.connect(0, "eve", false, "192.0.2.8");
  for (int i = 0; i < 3; ++i)
    CHECK(ask(ada, publish_to("ada's " + std::to_string(i), 1)).contains("publish"));
  CHECK(ask(bob, publish_to("bob's 1", 1)).contains("publish"));
  CHECK(ask(bob, publish_to("bob's 2", 1))["error"]["code"] ==
        429);  // of 6 each of 2 shards has 3, but at least 4
  CHECK(ask(eve, publish_to("eve's 1", 1)).contains("publish"));
}

TEST_CASE("stats: a shard that answers late keeps its last numbers and its place") {
  rig r;
  auto& ada = r.connect(0, "ada");
  auto& bob = r.connect(1, "bob");
  ask(ada, publish_to("a", 1));
  ask(bob, publish_to("a", 1));
  const auto before = r.ask_stats(1)->await();  // the other inquiry hears of it
  REQUIRE(before.size() == rig::shards);
  CHECK(before[1].commands > 0);
  CHECK_FALSE(before[1].late);

  std::promise<void> release;
  const auto held = release.get_future().share();
  r.state(1).home.post([held] { held.wait(); });
  const auto during = r.ask_stats(0)->await();
  REQUIRE(during.size() == rig::shards);
  CHECK(during[1].late);
  CHECK(during[1].commands == before[1].commands);
  CHECK(during[1].connections == before[1].connections);
  CHECK_FALSE(during[0].late);
  release.set_value();
  CHECK(r.eventually([&] { return !r.ask_stats(0)->await()[1].late; }));
}
