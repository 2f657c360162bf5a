// A node's part in a room, as tests play it: its own sessions, those it was told of, and what its observers hear.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/local_members.hpp"
#include "core/presence.hpp"
#include "core/remote_members.hpp"

#include "catch.hpp"
#include "presence_text.hpp"

namespace roomd::test {

/// What is known of a session: user, info, stamp.
using facts = std::tuple<std::string, std::string, std::uint64_t>;
using roster = std::map<std::string, facts>;

class member_node {
 public:
  member_node(std::string its_name, std::uint64_t life)
      : name(std::move(its_name)), local(name, life, {2, 32768}), remote(name, std::chrono::seconds(10)) {}

  void feed(remote_members::outcome o, time_point now) {
    for (auto& c : o.came) {
      REQUIRE(seen_.emplace(c.at, std::pair(c.who.id, facts(c.who.who.user, c.who.who.info, c.who.stamp)))
                  .second);
      hear(presence_.join(c.at, c.who.id, c.who.who, c.who.stamp));
    }
    for (auto& u : o.updated) {
      auto& [id, known] = seen_.at(u.at);
      REQUIRE(u.stamp > std::get<2>(known));
      known = {std::get<0>(known), u.info, u.stamp};
      hear(presence_.update(u.at, u.info, u.stamp));
    }
    for (const auto at : o.gone) {
      REQUIRE(seen_.erase(at) == 1);
      hear(presence_.leave(at, now));
    }
    for (auto& to : o.ask) asks.push_back(std::move(to));
    if (o.asked) local.want_list();
  }

  void join(const std::string& id, roomd::user_info who, std::uint64_t stamp) {
    const session_address at{0, ++last_};
    own[id] = at;
    seen_[at] = {id, {who.user, who.info, stamp}};
    local.join({id, who, stamp});
    hear(presence_.join(at, id, who, stamp));
  }
  void leave(const std::string& id, time_point now) {
    const auto at = own.at(id);
    own.erase(id);
    seen_.erase(at);
    local.leave(id);
    hear(presence_.leave(at, now));
  }
  void update(const std::string& id, const std::string& info, std::uint64_t stamp) {
    const auto at = own.at(id);
    auto& known = seen_.at(at).second;
    known = {std::get<0>(known), info, stamp};
    local.update(id, info, stamp);
    hear(presence_.update(at, info, stamp));
  }

  roster own_sessions() const {
    roster all;
    for (const auto& [id, at] : own) all[id] = seen_.at(at).second;
    return all;
  }
  roster everybody() const {
    roster all;
    for (const auto& [at, s] : seen_) REQUIRE(all.insert(s).second);
    return all;
  }
  /// Users with their sessions, as the room would list them.
  std::map<std::string, std::set<std::string>> users() const {
    std::map<std::string, std::set<std::string>> all;
    for (const auto& m : list(presence_)) all[m.user] = {m.sessions.begin(), m.sessions.end()};
    return all;
  }

  std::string name;
  local_members local;
  remote_members remote;
  std::map<std::string, session_address> own;
  std::vector<std::string> asks;
  bool subscribed = true;
  bool paused = false;
  std::map<std::string, std::deque<presence_word>> inbox;  ///< by sender
  std::set<std::string> ended;                             ///< whose leases it will find to have ended

 private:
  /// Observers hear of each user in turn that he joined and that he left.
  void hear(const roomd::presence_change& change) {
    for (const auto& u : change.joined) REQUIRE(present_.insert(u.user).second);
    for (const auto& u : change.left) REQUIRE(present_.erase(u.user) == 1);
  }

  roomd::presence presence_{std::chrono::milliseconds(0)};
  std::map<session_address, std::pair<std::string, facts>> seen_;
  std::set<std::string> present_;
  std::uint64_t last_ = 0;
};

}  // namespace roomd::test
