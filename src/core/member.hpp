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

/// A user with the public ids of his or her sessions (devices) in the room, in the order in which they joined.
/// The list is empty while the user's grace runs.
struct member {
  std::string user;
  std::string info;
  std::vector<std::string> sessions;
};

/// Users whose first device came, whose last device went (after the grace), whose info changed.
struct presence_change {
  std::vector<user_info> joined;
  std::vector<user_info> left;
  std::vector<user_info> updated;
  bool empty() const { return joined.empty() && left.empty() && updated.empty(); }
};

}  // namespace roomd
