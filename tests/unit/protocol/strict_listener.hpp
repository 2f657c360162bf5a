// Holds what a session is sent against docs/protocol.md: every command is answered once, a room's in their order, and in
// a room every number comes once, in order, or a notice in its place.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/ids.hpp"

namespace roomd::protocol::test {

class strict_listener {
 public:
  /// How far it has got in a room.
  struct place {
    bool in = false;
    bool sure = true;    ///< false: a leave was not answered in time, so that it may be in or not
    bool known = false;  ///< where it stands
    position at;
    std::uint64_t missed = 0;  ///< messages up to `until` that the answer to its join promised
    sequence until = 0;
  };
  /// The session's own messages are never sent to it.
  using own = std::function<bool(const std::string& room, const position& at)>;

  explicit strict_listener(own is_own) : is_own_(std::move(is_own)) {}

  /// Empty: nothing was against the protocol.
  std::string fault;
  const place& in(const std::string& room) { return places_[room]; }
  bool waits() const { return !asked_.empty(); }
  /// Only own messages stand between what it has had and `head`.
  bool is_complete(const std::string& room, const position& head) {
    const auto& p = places_[room];
    return p.at.epoch == head.epoch && p.at.seq <= head.seq && follows(p, room, head.seq + 1);
  }

  /// A command goes out. `room` is empty where it names none.
  std::uint64_t ask(const std::string& room, const std::string& what, std::optional<position> since = {}) {
    asked_[++id_] = {room, what, std::move(since)};
    if (!room.empty()) order_[room].push_back(id_);
    return id_;
  }
  void hear(const std::string& text) {
    const auto j = json::parse(text);
    if (j.contains("id")) return answered(j);
    for (const char* what : {"message", "gap", "epoch", "removed", "members"})
      if (j.contains(what)) return pushed(what, j[what]);
  }

 private:
  using json = nlohmann::json;
  struct question {
    std::string room, what;
    std::optional<position> since;
  };

  void demand(bool holds, const std::string& what, const json& text) {
    if (!holds && fault.empty()) fault = what + ": " + text.dump().substr(0, 300);
  }
  bool follows(const place& p, const std::string& room, sequence seq) const {
    if (seq <= p.at.seq) return false;
    for (sequence between = p.at.seq + 1; between < seq; ++between)
      if (!is_own_(room, {p.at.epoch, between})) return false;
    return true;
  }

  void answered(const json& j) {
    const auto found = asked_.find(j["id"]);
    demand(found != asked_.end(), "an answer to nothing, or a second one", j);
    if (found == asked_.end()) return;
    const auto q = found->second;
    asked_.erase(found);
    demand(j.contains("error") || j.contains(q.what), "an answer to something else", j);
    if (q.room.empty()) return;
    auto& order = order_[q.room];
    demand(order.front() == j["id"], "the room's answers are out of order", j);
    std::erase(order, std::uint64_t{j["id"]});
    auto& p = places_[q.room];
    const int error = j.contains("error") ? j["error"]["code"].get<int>() : 0;
    if (q.what == "leave" && (error == 0 || error == 404)) p = {};
    if (q.what == "leave" && error == 504) p.sure = false;
    if (q.what == "join" && error == 0 && !p.in) entered(p, j["join"], q);
  }
  static void entered(place& p, const json& j, const question& q) {
    p.in = true;
    p.missed = j["missed"];
    p.until = j["seq"];
    p.known = q.since || p.missed == 0;
    p.at = {j["epoch"], q.since ? q.since->seq : p.until};
  }

  void pushed(const std::string& what, const json& j) {
    auto& p = places_[j["room"]];
    if (!p.sure) {
      if (what == "removed") p = {};
      return;
    }
    demand(p.in, "a push of a room that it is not in: " + what, j);
    if (what == "removed") p = {};
    if (what == "message" && j.contains("seq")) message(p, j["room"], j);
    if (what == "gap") {
      demand(j["to"] >= j["from"], "an empty gap", j);
      demand(!p.known || follows(p, j["room"], j["from"]), "after " + std::to_string(p.at.seq), j);
      move_on(p, {p.at.epoch, j["to"]});
    }
    if (what == "epoch") move_on(p, {j["epoch"], j["seq"]});
  }
  void message(place& p, const std::string& room, const json& j) {
    const sequence seq = j["seq"];
    demand(!p.known || follows(p, room, seq), "after " + std::to_string(p.at.seq), j);
    demand(!is_own_(room, {p.at.epoch, seq}), "its own message", j);
    if (seq <= p.until) {
      demand(p.missed > 0, "more than were missed", j);
      --p.missed;
    }
    p.known = true;
    p.at.seq = seq;
  }
  /// By a notice: what was missed may not come.
  static void move_on(place& p, position at) {
    p.until = p.at.epoch == at.epoch ? p.until : 0;
    p.known = true;
    p.at = std::move(at);
  }

  own is_own_;
  std::uint64_t id_ = 100;
  std::map<std::uint64_t, question> asked_;
  std::map<std::string, std::deque<std::uint64_t>> order_;
  std::map<std::string, place> places_;
};

}  // namespace roomd::protocol::test
