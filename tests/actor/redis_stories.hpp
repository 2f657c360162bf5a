// Two nodes under load: whether every room gets on, and what they heard, held against each other and against what was
// acknowledged.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "redis_node.hpp"

namespace roomd::actors::testing {

/// Every room has had some more acknowledged since.
inline bool all_publish(redis_node& node) {
  const auto before = node.look([](const redis_node::rooms_t& rooms) {
    std::map<std::string, std::size_t> counts;
    for (const auto& [name, room] : rooms) counts[name] = room.acknowledged.size();
    return counts;
  });
  return node.eventually([&](const redis_node::rooms_t& rooms) {
    return std::all_of(rooms.begin(), rooms.end(),
                       [&](const auto& r) { return r.second.acknowledged.size() > before.at(r.first) + 5; });
  });
}

/// Of one room.
struct room_story {
  std::vector<std::string> heard, acknowledged;
  bool sound = true;
};
inline std::map<std::string, room_story> stories(redis_node& node) {
  return node.look([](const redis_node::rooms_t& rooms) {
    std::map<std::string, room_story> all;
    for (const auto& [name, room] : rooms) all[name] = {room.texts, room.acknowledged, room.sound};
    return all;
  });
}

/// Ends the load and lets both hear all: whatever was acknowledged, once, and in one order.
inline void check_stories(redis_node& one, redis_node& other) {
  for (auto* node : {&one, &other}) {
    node->publish_on(false);
    REQUIRE(node->eventually(all_answered));
  }
  for (const auto& [name, story] : stories(one)) one.insist(name, "the end");
  for (auto* node : {&one, &other})
    REQUIRE(node->eventually([](const redis_node::rooms_t& rooms) {
      return std::all_of(rooms.begin(), rooms.end(), [](const auto& r) {
        return !r.second.texts.empty() && r.second.texts.back() == "the end";
      });
    }));
  const auto others = stories(other);
  for (const auto& [name, mine] : stories(one)) {
    INFO(name);
    const auto& theirs = others.at(name);
    CHECK(mine.sound);
    CHECK(theirs.sound);
    CHECK(mine.heard == theirs.heard);
    const std::set<std::string> once(mine.heard.begin(), mine.heard.end());
    CHECK(once.size() == mine.heard.size());
    for (const auto& story : {mine, theirs})
      CHECK(std::all_of(story.acknowledged.begin(), story.acknowledged.end(),
                        [&](const auto& text) { return once.contains(text); }));
  }
  CHECK(one.faults().empty());
  CHECK(other.faults().empty());
}

}  // namespace roomd::actors::testing
