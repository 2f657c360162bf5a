// Lists of members that are long, and work for many rooms that one command makes.
#include <set>

#include "rig.hpp"

using namespace roomd;
using namespace roomd::actors::testing;
using nlohmann::json;

namespace {

std::string hello(const std::string& user, std::size_t info) {
  return R"({"id":1,"hello":{"user":")" + user + R"(","info":{"x":")" + std::string(info, 'x') + R"("}}})";
}

std::string join(const std::string& room) {
  return R"({"id":2,"join":{"room":")" + room + R"(","members":true}})";
}

/// `count` sessions that are in the room, each of another user with a long info.
void crowd(rig& r, const std::string& room, int count, std::size_t info) {
  std::vector<client*> all;
  for (int i = 0; i < count; ++i) {
    all.push_back(&r.connect(static_cast<std::size_t>(i) % rig::shards));
    all.back()->say({hello("user" + std::to_string(i), info), R"({"id":2,"join":{"room":")" + room + "\"}}"});
  }
  for (client* c : all) {
    CHECK(c->hear() == "1: hello");
    CHECK(c->hear() == "2: join");
  }
}

}  // namespace

TEST_CASE("members: a long list comes in pages, in the reply to a join, to members, and to a reset alike") {
  rig r;
  crowd(r, "a", 200, 4000);
  auto& guest = r.connect(0, "guest");
  guest.say(join("a"));
  auto text = guest.hear_text();
  CHECK(text.size() < 270000);
  json page = json::parse(text)["join"];
  std::set<std::string> users;
  for (int pages = 0;; ++pages) {
    REQUIRE(pages < 20);
    for (const auto& m : page["members"]) CHECK(users.insert(m["user"]).second);
    if (!page.contains("next")) break;
    guest.say(R"({"id":3,"members":{"room":"a","after":)" + page["next"].dump() + "}}");
    text = guest.hear_text();
    CHECK(text.size() < 270000);
    page = json::parse(text)["members"];
  }
  CHECK(users.size() == 201);
}

TEST_CASE("members: who asks for the same page is given the same bytes, on whichever shard") {
  rig r;
  crowd(r, "a", 100, 4000);
  const auto one = r.ask_users(0, "a")->await();
  const auto two = r.ask_users(1, "a")->await();
  REQUIRE(one.page);
  CHECK(one.page == two.page);
  CHECK(r.total([](actors::shard_state& s) { return s.member_pages.pages(); }) == 1);
}

TEST_CASE("members: what happened in a turn is told in one push") {
  rig r;
  const auto room = r.room_on(0);
  auto& bob = r.connect(1, "bob");
  bob.join(room, true);
  auto& many = r.connect(0, "many");
  many.join(room);
  CHECK(bob.hear() == "members +many");
  std::vector<std::string> texts;
  for (int i = 0; i < 40; ++i) {
    texts.push_back(R"({"leave":{"room":")" + room + "\"}}");
    texts.push_back(R"({"join":{"room":")" + room + "\"}}");
  }
  texts.push_back(publish(room));
  many.say(texts);  // without a grace: out and in again, eight times a turn
  int pushes = 0;
  while (bob.hear() != "message 1") ++pushes;
  CHECK(pushes <= 20);
}

TEST_CASE("members: of identities without end every room learns the last") {
  auto s = brisk_settings();
  s.rooms.linger = 1h;
  rig r(s);
  auto& flood = r.connect(0, "flood");
  for (int i = 0; i < 128; ++i) flood.join("room" + std::to_string(i));
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i)
    texts.push_back(R"({"identity":{"info":{"n":)" + std::to_string(i) + R"(,"x":")" +
                    std::string(4000, 'x') + R"("}}})");
  flood.say(texts);
  for (int i = 0; i < 128; ++i) {
    const std::string room = "room" + std::to_string(i);
    REQUIRE(r.eventually([&] {
      const auto users = r.users(1, room);
      return users.size() == 1 && json::parse(users[0].info)["n"] == 4999;
    }));
  }
}

TEST_CASE("members: a session with many rooms tells them in turns with the others") {
  std::vector<std::uint64_t> told;
  turn_queue turns;
  std::size_t due[3] = {0, 128, 3};
  actors::info_service* infos = nullptr;
  actors::info_service service(turns, [&](std::uint64_t session, std::size_t most) {
    const std::size_t n = std::min(most, due[session]);
    due[session] -= n;
    for (std::size_t i = 0; i < n; ++i) told.push_back(session);
    if (due[session] > 0) infos->push(session);
    return n;
  });
  infos = &service;
  service.push(1);
  service.push(2);
  turns.end_turn();
  CHECK(told.size() == actors::info_service::rooms_a_turn);
  CHECK(due[2] == 0);
  for (int i = 0; i < 3; ++i) turns.end_turn();
  CHECK(told.size() == 128);
  turns.end_turn();
  CHECK(told.size() == 131);
  CHECK(turns.empty());
  service.stop();
}

TEST_CASE("members: the later of two infos wins on every node, whatever the nodes' clocks say") {
  actors::stamp_clock ahead(2'000'000'000);  // the node's wall clock was two minutes ahead when it began
  actors::stamp_clock behind(1'000'000'000);
  const auto older = ahead.next();
  behind.heard(older);
  const auto newer = behind.next();
  CHECK(newer > older);
  ahead.heard(newer);
  CHECK(ahead.next() > newer);
  behind.heard(~std::uint64_t{0});  // nonsense
  CHECK(behind.next() < 3'000'000'000);
}
