// Rooms in which some members take compressed frames: everybody hears the same, and a message is compressed only where
// somebody wants it.
#include "catch.hpp"
#include "rig.hpp"

using namespace roomd;
using namespace roomd::actors;
using namespace roomd::actors::testing;

namespace {

constexpr std::size_t long_enough = 2000;

std::string join_since(int seq) {
  return R"({"id":2,"join":{"room":"a","since":{"epoch":"word.0","seq":)" + std::to_string(seq) + "}}}";
}

/// So many messages of a publisher that is in no room.
void fill(client& speaker, int count) {
  for (int i = 0; i < count; ++i) {
    speaker.say(publish("a", "e", long_enough));
    REQUIRE(speaker.hear() == "4: publish");
  }
}

}  // namespace

TEST_CASE("compression: members with and without it, on every shard, hear the same") {
  rig r;
  auto& speaker = r.connect(0, "speaker");
  std::vector<client*> members;
  for (int i = 0; i < 8; ++i) {
    const bool deflates = i % 4 >= 2;
    members.push_back(&r.connect(static_cast<std::size_t>(i) % 2, "member" + std::to_string(i), deflates));
    members.back()->join("a");
  }
  speaker.say(std::vector<std::string>(20, publish("a", "e", long_enough)));
  std::vector<std::string> first;
  for (int i = 0; i < 20; ++i) first.push_back(members[0]->hear_text());
  for (std::size_t i = 1; i < members.size(); ++i)
    for (const auto& text : first) REQUIRE(members[i]->hear_text() == text);
  for (std::size_t i = 0; i < members.size(); ++i) CHECK(members[i]->compressed() == (i % 4 >= 2 ? 20 : 0));
}

TEST_CASE("compression: short messages, replies and pushes stay plain") {
  rig r;
  auto& speaker = r.connect(0, "speaker");
  auto& member = r.connect(1, "member", true);
  member.join("a", true);
  speaker.say(publish("a"));
  CHECK(member.hear() == "message 1");
  CHECK(speaker.hear() == "4: publish");
  speaker.join("a");
  CHECK(member.hear() == "members +speaker");
  CHECK(member.compressed() == 0);
}

TEST_CASE("compression: what was published while nobody took it stays plain, also for who resumes with it") {
  rig r;
  auto& speaker = r.connect(0, "speaker");
  fill(speaker, 3);
  auto& first = r.connect(1, "first", true);
  first.say(join_since(0));
  CHECK(first.hear() == "2: join");
  for (const int i : {1, 2, 3}) CHECK(first.hear() == "message " + std::to_string(i));
  CHECK(first.compressed() == 0);
  fill(speaker, 2);
  for (const int i : {4, 5}) CHECK(first.hear() == "message " + std::to_string(i));
  CHECK(first.compressed() == 2);
  first.leave("a");
  fill(speaker, 1);
  first.say(join_since(3));
  CHECK(first.hear() == "2: join");
  for (const int i : {4, 5, 6}) CHECK(first.hear() == "message " + std::to_string(i));
  CHECK(first.compressed() == 4);
}

TEST_CASE("compression: sessions of both kinds and of both shards resume from the same place at once") {
  rig r;
  auto& speaker = r.connect(0, "speaker");
  auto& witness = r.connect(0, "witness", true);
  witness.join("a");
  fill(speaker, 100);
  std::vector<client*> late;
  for (int i = 0; i < 8; ++i)
    late.push_back(&r.connect(static_cast<std::size_t>(i) % 2, "late" + std::to_string(i), i % 4 >= 2));
  for (auto* each : late) each->say(join_since(0));
  for (std::size_t i = 0; i < late.size(); ++i) {
    REQUIRE(late[i]->hear() == "2: join");
    for (int seq = 1; seq <= 100; ++seq) REQUIRE(late[i]->hear() == "message " + std::to_string(seq));
    CHECK(late[i]->compressed() == (i % 4 >= 2 ? 100 : 0));
  }
}

TEST_CASE("compression: a slow reader that takes it catches up with what it missed") {
  config::settings s = brisk_settings();
  s.session.outbox_bytes = 4000;
  rig r(s);
  auto& speaker = r.connect(0, "speaker");
  auto& slow = r.connect(1, "slow", true);
  slow.join("a");
  slow.stick(true);
  fill(speaker, 200);
  int next = 1;
  while (next <= 200) {
    REQUIRE(slow.hear() == "message " + std::to_string(next++));
    slow.take(1000000);
  }
  CHECK(slow.compressed() == 200);
}
