// What members hear of one another. Where silence is expected, a message that follows shows that nothing came before.
#include "rig.hpp"

using namespace roomd;
using namespace roomd::actors::testing;

namespace {

config::settings patient() {
  auto s = brisk_settings();
  s.presence.grace = 1h;
  return s;
}

}  // namespace

TEST_CASE("presence: the list in the reply to a join includes the joiner, the others hear of it") {
  rig r;
  auto& bob = r.connect(1, "bob");
  bob.join("a", true);
  auto& alice = r.connect(0, "alice");
  alice.say(R"({"id":2,"join":{"room":"a","members":true}})");
  const auto reply = nlohmann::json::parse(alice.hear_text())["join"]["members"];
  REQUIRE(reply.size() == 2);
  CHECK(reply[0]["user"] == "alice");
  CHECK(reply[1]["user"] == "bob");
  CHECK(bob.hear() == "members +alice");
  bob.say(publish("a"));
  CHECK(alice.hear() == "message 1");
}

TEST_CASE("presence: a user joins with the first device and leaves with the last") {
  rig r;
  auto& bob = r.connect(1, "bob");
  bob.join("a", true);
  auto& phone = r.connect(0, "alice");
  auto& laptop = r.connect(1, "alice");
  phone.join("a");
  laptop.join("a");
  phone.leave("a");
  phone.say(publish("a"));
  CHECK(phone.hear() == "4: publish");
  laptop.hang_up();
  CHECK(bob.hear() == "members +alice");
  CHECK(bob.hear() == "message 1");
  CHECK(bob.hear() == "members -alice");
}

TEST_CASE("presence: a user whose last device broke off leaves after the grace") {
  auto s = brisk_settings();
  s.presence.grace = 20ms;
  rig r(s);
  auto& bob = r.connect(1, "bob");
  bob.join("a", true);
  auto& alice = r.connect(0, "alice");
  alice.join("a");
  CHECK(bob.hear() == "members +alice");
  const auto before = std::chrono::steady_clock::now();
  alice.hang_up();
  CHECK(bob.hear() == "members -alice");
  CHECK(std::chrono::steady_clock::now() - before >= 20ms);
}

TEST_CASE("presence: a reconnect within the grace is silent") {
  rig r(patient());
  auto& bob = r.connect(1, "bob");
  bob.join("a", true);
  auto& alice = r.connect(0, "alice");
  alice.join("a");
  CHECK(bob.hear() == "members +alice");
  alice.hang_up();
  alice.ending();
  auto& again = r.connect(1, "alice");
  again.join("a");
  again.say(publish("a"));
  CHECK(bob.hear() == "message 1");
  CHECK(r.users(0, "a").size() == 2);
}

TEST_CASE("presence: a new identity is told, and the newest counts whichever device it came from") {
  rig r;
  auto& bob = r.connect(1, "bob");
  bob.join("a", true);
  auto& phone = r.connect(0, "alice");
  auto& laptop = r.connect(1, "alice");
  phone.join("a");
  laptop.join("a");
  CHECK(bob.hear() == "members +alice");
  phone.say(R"({"id":5,"identity":{"info":{"away":true}}})");
  CHECK(bob.hear() == "members ~alice");
  laptop.say(R"({"id":5,"identity":{"info":{"away":false}}})");
  CHECK(bob.hear() == "members ~alice");
  CHECK(r.users(1, "a").front().info == R"({"away":false})");
}

TEST_CASE("presence: who did not ask hears nothing of the others") {
  rig r;
  auto& bob = r.connect(1, "bob");
  bob.join("a");
  auto& alice = r.connect(0, "alice");
  alice.join("a");
  alice.say(publish("a"));
  CHECK(bob.hear() == "message 1");
}
