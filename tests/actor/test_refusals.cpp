// What the directory answers in a room's place keeps its order among the room's own answers.
#include <map>

#include "rig.hpp"

using namespace roomd;
using namespace roomd::actors::testing;

namespace {

/// The hub has much to hear by its mailbox, as from the rooms of other shards.
void keep_busy(rig& r, std::size_t shard) {
  for (int i = 0; i < 5000; ++i) caf::anon_send(r.hub_of(shard), deliver{});
}

}  // namespace

TEST_CASE("refusals: a leave of a room that is not in use is answered before a join of it that follows") {
  constexpr std::size_t rooms = 16;
  rig r;
  auto& c = r.connect(0, "alice");
  for (std::size_t round = 0; round < 50; ++round) {
    std::vector<std::string> segment;
    for (std::size_t i = 0; i < rooms; ++i) {
      const auto room = R"({"room":")" + r.room_on(0, std::to_string(round * rooms + i) + 'x') + "\"}}";
      const auto id = R"({"id":)" + std::to_string(10 + i);
      segment.push_back(id + R"(,"leave":)" + room);
      segment.push_back(id + R"(,"join":)" + room);
      segment.push_back(id + R"(,"leave":)" + room);
    }
    keep_busy(r, 0);
    c.say(segment);
    std::map<std::string, std::string> story;  // of each room
    for (std::size_t i = 0; i < segment.size(); ++i) {
      const auto heard = c.hear();
      story[heard.substr(0, 2)] += heard.substr(3);
    }
    for (const auto& [id, told] : story) REQUIRE(told == " 404 not_joined join leave");
  }
}
