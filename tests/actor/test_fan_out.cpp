// Messages gather in a turn and leave together, and nothing that is said to one member alone overtakes them.
#include "catch.hpp"
#include "rig.hpp"

using namespace roomd;
using namespace roomd::actors;
using namespace roomd::actors::testing;

namespace {

constexpr auto quiet_publish = R"({"publish":{"room":"a","event":"e","data":1}})";

}  // namespace

TEST_CASE("fan-out: an acknowledgement stands behind the messages before it and before those behind it") {
  rig r;
  auto& speaker = r.connect(0, "speaker");
  auto& member = r.connect(1, "member");
  for (auto* each : {&speaker, &member}) each->join("a");
  for (int round = 0; round < 50; ++round) {
    speaker.say(std::vector<std::string>(10, quiet_publish));
    member.say(publish("a"));
    speaker.say(std::vector<std::string>(10, quiet_publish));
    int heard = 0;
    int acknowledged = -1;
    while (heard < 20 || acknowledged < 0) {
      const auto text = nlohmann::json::parse(member.hear_text());
      if (text.contains("message")) {
        ++heard;
        const int seq = text["message"]["seq"];
        REQUIRE(seq == 21 * round + heard + (acknowledged < 0 ? 0 : 1));
      } else {
        acknowledged = text["publish"]["seq"];
        REQUIRE(acknowledged == 21 * round + heard + 1);
      }
    }
    REQUIRE(speaker.hear() == "message " + std::to_string(acknowledged));
  }
}

TEST_CASE("fan-out: members come and go in the middle of a burst, and none misses or repeats anything") {
  rig r;
  auto& speaker = r.connect(0, "speaker");
  auto& guest = r.connect(1, "guest");
  auto& stays = r.connect(1, "stays");
  stays.join("a");
  int expected = 0;
  for (int round = 0; round < 50; ++round) {
    speaker.say(std::vector<std::string>(20, quiet_publish));
    guest.say(R"({"id":2,"join":{"room":"a"}})");
    guest.say(R"({"id":3,"leave":{"room":"a"}})");
    auto text = nlohmann::json::parse(guest.hear_text());
    REQUIRE(text.contains("join"));
    for (int next = text["join"]["seq"].get<int>() + 1;; ++next) {
      text = nlohmann::json::parse(guest.hear_text());
      if (text.contains("leave")) break;
      REQUIRE(text["message"]["seq"] == next);
    }
    for (int i = 0; i < 20; ++i) REQUIRE(stays.hear() == "message " + std::to_string(++expected));
  }
}
