// A room's users on other nodes, as its node tells and hears of them.

#include "distant_rig.hpp"

using namespace roomd;
using namespace roomd::actors::testing;

namespace {

presence_word list_of(const std::string& user) {
  return {"node-there", list_word{1, 1, 1, {{"session-of-" + user, {user, R"({"n":1})"}, 1}}}};
}

/// A node among others, with alice in the room, who hears of the members.
struct shared_rig : distant_rig {
  shared_rig() : distant_rig{"node-here"} {
    alice.say(join(name, R"(,"members":true)"));
    with_room([](distant_room& r) {
      r.open();
      r.begin_words();
    });
    CHECK(alice.hear() == "2: join");
  }
  client& alice = node.connect(1, "alice");
};

}  // namespace

TEST_CASE("room engine: a node asks the others who is there, and says who is here") {
  shared_rig r;
  std::vector<presence_word> said;
  REQUIRE(r.node.eventually([&] {
    r.with_room([&](distant_room& room) {
      for (auto& word : room.said()) said.push_back(std::move(word));
    });
    return said.size() >= 2;
  }));
  CHECK(std::holds_alternative<ask_word>(said[0].what));
  REQUIRE(std::holds_alternative<list_word>(said[1].what));
  CHECK(said[1].node == "node-here");
  REQUIRE(std::get<list_word>(said[1].what).sessions.size() == 1);
  CHECK(std::get<list_word>(said[1].what).sessions[0].who.user == "alice");
}

TEST_CASE("room engine: the users of other nodes come, are listed, and go with their node at once") {
  shared_rig r;
  r.with_room([](distant_room& room) { room.hear(list_of("bob")); });
  CHECK(r.alice.hear() == "members +bob");
  const auto users = r.node.users(1, r.name);
  REQUIRE(users.size() == 2);
  CHECK(users[1].user == "bob");
  caf::anon_send(r.node.state(0).directories[0], actors::node_ended{"node-there"});
  CHECK(r.alice.hear() == "members -bob");
}

TEST_CASE(
    "room engine: who asks for the users of a room that is not in use here waits for the others' lists") {
  distant_rig r{"node-here"};
  const auto answer = r.node.ask_users(1, r.name);
  r.with_room([](distant_room& room) {
    room.open();
    room.begin_words();
    room.hear(list_of("bob"));
  });
  const auto users = answer->await();
  REQUIRE(users.page);
  const auto said = nlohmann::json::parse(protocol::users_object("a", *users.page))["users"];
  REQUIRE(said.size() == 1);
  CHECK(said[0]["user"] == "bob");
}

TEST_CASE(
    "room engine: a session that asks who is in a room that is not in use here hears what the others say") {
  distant_rig r{"node-here"};
  client& asker = r.node.connect(1, "alice");
  asker.say(R"({"id":7,"members":{"room":")" + r.name + R"("}})");
  r.with_room([](distant_room& room) {
    room.open();
    room.begin_words();
    room.hear(list_of("bob"));
  });
  const auto reply = nlohmann::json::parse(asker.hear_text())["members"]["members"];
  REQUIRE(reply.size() == 1);
  CHECK(reply[0]["user"] == "bob");
}

TEST_CASE("room engine: a list that lacks a node's answer is refused, and given once all have answered") {
  shared_rig r;
  r.with_room([](distant_room& room) {
    room.others = 2;
    room.begin_words();
    room.hear(list_of("bob"));
  });
  CHECK_FALSE(r.node.ask_users(1, r.name)->await().page);
  r.with_room([](distant_room& room) { room.others = 1; });
  CHECK(r.node.users(1, r.name).size() == 2);
}

TEST_CASE("room engine: who is in a room that cannot be opened is refused, not nobody") {
  distant_rig r{"node-here"};
  const auto answer = r.node.ask_users(1, r.name);
  r.with_room([](distant_room& room) { room.refuse(); });
  CHECK_FALSE(answer->await().page);
}

TEST_CASE("room engine: after a lapse, and when asked, a node says its list anew") {
  shared_rig r;
  const auto lists = [&] {
    std::size_t count = 0;
    r.with_room([&](distant_room& room) {
      for (const auto& word : room.said()) count += std::holds_alternative<list_word>(word.what);
    });
    return count;
  };
  CHECK(r.node.eventually([&] { return lists() == 1; }));
  caf::anon_send(r.node.state(0).directories[0], actors::node_lapsed{});
  CHECK(r.node.eventually([&] { return lists() == 1; }));
  r.with_room([](distant_room& room) { room.hear({"node-there", ask_word{"node-here"}}); });
  CHECK(r.node.eventually([&] { return lists() == 1; }));
}
