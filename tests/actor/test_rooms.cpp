// Rooms with members on two shards: join, publish, deliver, leave, and the order in which all that is heard.
#include <cstdint>
#include <map>

#include "rig.hpp"

using namespace roomd;
using namespace roomd::actors::testing;

namespace {

/// The room and number of a message; room empty: it is none.
std::pair<std::string, unsigned long long> place_of(const std::string& text) {
  const auto all = nlohmann::json::parse(text);
  if (!all.contains("message")) return {};
  return {all["message"]["room"], all["message"]["seq"]};
}

}  // namespace

TEST_CASE("rooms: a message reaches the members on every shard, and not its publisher") {
  rig r;
  auto& alice = r.connect(0, "alice");
  auto& bob = r.connect(1, "bob");
  auto& carol = r.connect(0, "carol");
  for (auto* each : {&alice, &bob, &carol}) each->join("a");
  alice.say(publish("a"));
  CHECK(alice.hear() == "4: publish");
  CHECK(bob.hear() == "message 1");
  CHECK(carol.hear() == "message 1");
}

TEST_CASE("rooms: who is not in a room can publish into it, read it and ask who is there") {
  rig r;
  auto& member = r.connect(0, "alice");
  member.join("a");
  auto& guest = r.connect(1, "bob");
  guest.say(publish("a"));
  CHECK(guest.hear() == "4: publish");
  CHECK(member.hear() == "message 1");
  guest.say(R"({"id":5,"history":{"room":"a"}})");
  CHECK(nlohmann::json::parse(guest.hear_text())["history"]["messages"].size() == 1);
  guest.say(R"({"id":6,"members":{"room":"a"}})");
  CHECK(nlohmann::json::parse(guest.hear_text())["members"]["members"][0]["user"] == "alice");
}

TEST_CASE("rooms: in many rooms every member hears every message in its room's order") {
  constexpr int rooms = 20;
  constexpr int each = 25;
  rig r;
  std::vector<client*> members;
  for (std::size_t i = 0; i < 4; ++i) {
    members.push_back(&r.connect(i % rig::shards, "member"));
    for (int n = 0; n < rooms; ++n) members.back()->join(std::to_string(n));
  }
  std::vector<std::string> speech;
  for (int i = 0; i < each * rooms; ++i)
    speech.push_back(R"({"publish":{"room":")" + std::to_string(i % rooms) + R"(","event":"e","data":1}})");
  for (std::size_t i = 0; i < 2; ++i) r.connect(i, "speaker").say(speech);
  for (auto* member : members) {
    std::map<std::string, unsigned long long> heads;
    for (int i = 0; i < 2 * each * rooms; ++i) {
      const auto [room, seq] = place_of(member->hear_text());
      REQUIRE(seq == ++heads[room]);
    }
    CHECK(heads.size() == rooms);
  }
}

TEST_CASE("rooms: the reply to a join comes before any message, and what follows has no hole") {
  rig r;
  auto& speaker = r.connect(0, "speaker");
  auto& guest = r.connect(1, "guest");
  for (int round = 0; round < 50; ++round) {
    speaker.say(std::vector<std::string>(20, R"({"publish":{"room":"a","event":"e","data":1}})"));
    guest.say(R"({"id":2,"join":{"room":"a"}})");
    const auto reply = nlohmann::json::parse(guest.hear_text());
    REQUIRE(reply.contains("join"));
    for (auto seq = reply["join"]["seq"].get<int>() + 1; seq <= 20 * (round + 1); ++seq)
      REQUIRE(guest.hear() == "message " + std::to_string(seq));
    guest.leave("a");
  }
}

TEST_CASE("rooms: after the reply to a leave nothing more is heard of the room") {
  rig r;
  auto& speaker = r.connect(0, "speaker");
  auto& guest = r.connect(1, "guest");
  guest.join("a");
  speaker.say(std::vector<std::string>(100, R"({"publish":{"room":"a","event":"e","data":1}})"));
  guest.say(R"({"id":3,"leave":{"room":"a"}})");
  std::string last;
  while ((last = guest.hear()) != "3: leave") REQUIRE(last.starts_with("message "));
  speaker.say(publish("a"));
  while (speaker.hear() != "4: publish") {
  }
  guest.join("b");  // what the first room said would have come before
}

TEST_CASE("rooms: a client resumes where it was, across shards and rooms' ends") {
  rig r;
  auto& speaker = r.connect(0, "speaker");
  speaker.say(std::vector<std::string>(5, publish("a")));
  unsigned long long seen = 0;
  std::string numbering;
  for (int i = 0; i < 5; ++i) numbering = nlohmann::json::parse(speaker.hear_text())["publish"]["epoch"];
  auto& guest = r.connect(1, "guest");
  guest.say(R"({"id":2,"join":{"room":"a","since":{"epoch":")" + numbering + R"(","seq":2}}})");
  const auto reply = nlohmann::json::parse(guest.hear_text())["join"];
  CHECK(reply["recovered"] == true);
  CHECK(reply["missed"] == 3);
  for (seen = 3; seen <= 5; ++seen) CHECK(guest.hear() == "message " + std::to_string(seen));
}

TEST_CASE("rooms: a leave of a room that nobody uses is not_joined, and asking who is there makes no room") {
  rig r;
  auto& alice = r.connect(0, "alice");
  for (std::size_t home = 0; home < rig::shards; ++home) {
    const auto room = r.room_on(home);
    alice.say(R"({"id":3,"leave":{"room":")" + room + "\"}}");
    CHECK(alice.hear() == "3: 404 not_joined");
    CHECK(r.users(0, room).empty());
    CHECK(r.users(1, room).empty());
  }
  CHECK(r.rooms() == 0);
  CHECK(r.remembered() == 0);
}

TEST_CASE("rooms: HTTP hears from any shard who is in a room") {
  rig r;
  r.connect(0, "alice").join("a");
  r.connect(1, "bob").join("a");
  for (std::size_t from = 0; from < rig::shards; ++from) {
    const auto who = r.users(from, "a");
    REQUIRE(who.size() == 2);
    CHECK(who[0].user == "alice");
    CHECK(who[0].sessions.size() == 1);
    CHECK(who[1].user == "bob");
  }
}
