// Who is in a room, as other sessions and HTTP callers see it.
#pragma once

#include <string>
#include <vector>

namespace roomd {

/// A user of a room. `info` is the text of a JSON object, passed on byte for byte.
struct user_info {
  std::string user;
  std::string info;
};

/// Users whose first device came, whose last device went (after the grace), whose info changed.
struct presence_change {
  std::vector<user_info> joined;
  std::vector<user_info> left;
  std::vector<user_info> updated;
  bool empty() const { return joined.empty() && left.empty() && updated.empty(); }
};

}  // namespace roomd
