// A client of random tests that reads what it is sent as the protocol says it may: every number of a room once and in
// order, or a notice in its place. It knows how far it has got, and joins again from there.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "client.hpp"

namespace roomd::actors::testing {

class strict_member {
 public:
  struct place {
    bool in = false;
    bool known = false;  ///< how far it has got
    position at;
  };

  explicit strict_member(client& c) : client_(c) {}

  /// Empty: nothing was against the protocol.
  const std::string& fault() const { return fault_; }
  const place& in(const std::string& room) { return places_[room]; }
  bool waits() const { return !asked_.empty(); }
  client& wire() { return client_; }

  /// `from`: how it joins: "since", "last", or neither.
  std::string join(const std::string& room, const std::string& from) {
    auto& p = places_[room];
    std::string how;
    if (from == "since" && p.known)
      how = R"(,"since":{"epoch":")" + p.at.epoch + R"(","seq":)" + std::to_string(p.at.seq) + '}';
    if (from == "last") how = R"(,"last":)" + std::to_string(20);
    asked_[++id_] = {room, how.empty() ? "" : from, p.at.seq};
    return command("join", room, how);
  }
  std::string leave(const std::string& room) {
    asked_[++id_] = {room, {}, 0};
    return command("leave", room, {});
  }
  std::string history(const std::string& room) {
    asked_[++id_] = {room, {}, 0};
    return command("history", room, R"(,"limit":50)");
  }
  std::string publish(const std::string& room, const std::string& data) {
    asked_[++id_] = {room, {}, 0};
    return command("publish", room, R"(,"event":"e","echo":true,"data":")" + data + '"');
  }

  void hear() {
    for (const auto& text : client_.hear_all()) hear(json::parse(text));
  }

 private:
  using json = nlohmann::json;
  struct question {
    std::string room, from;
    sequence since = 0;
  };

  std::string command(const char* what, const std::string& room, const std::string& more) const {
    return R"({"id":)" + std::to_string(id_) + ",\"" + what + R"(":{"room":")" + room + '"' + more + "}}";
  }
  void demand(bool holds, const std::string& what, const json& text) {
    if (!holds && fault_.empty()) fault_ = what + ": " + text.dump().substr(0, 200);
  }

  void hear(const json& j) {
    if (j.contains("id")) return answered(j);
    if (j.contains("message")) return message(j["message"]);
    if (j.contains("gap")) return gap(j["gap"]);
    if (j.contains("epoch")) return restart(j["epoch"]);
    if (j.contains("removed")) places_[j["removed"]["room"]].in = false;
  }
  void answered(const json& j) {
    const auto found = asked_.find(j["id"]);
    demand(found != asked_.end(), "an answer to nothing", j);
    if (found == asked_.end()) return;
    const auto [room, from, since] = found->second;
    asked_.erase(found);
    if (j.contains("leave")) places_[room].in = false;
    if (j.contains("join") && !places_[room].in) entered(places_[room], j["join"], from, since);
  }
  static void entered(place& p, const json& j, const std::string& from, sequence since) {
    p.in = true;
    if (from == "since") {
      p.at = {j["epoch"], since};  // the epoch is of the same numbers, or the next push says which
      p.known = true;
    } else {
      p.at = {j["epoch"], j["seq"]};
      p.known = from.empty() || j["missed"] == 0;
    }
  }
  void message(const json& m) {
    auto& p = places_[m["room"]];
    const sequence seq = m["seq"];
    demand(p.in, "a message of a room that it is not in", m);
    demand(!p.known || seq == p.at.seq + 1, "after " + std::to_string(p.at.seq), m);
    p.at.seq = seq;
    p.known = true;
  }
  void gap(const json& g) {
    auto& p = places_[g["room"]];
    demand(!p.known || g["from"] == p.at.seq + 1, "after " + std::to_string(p.at.seq), g);
    p.at.seq = g["to"];
    p.known = true;
  }
  void restart(const json& e) {
    auto& p = places_[e["room"]];
    p.at = {e["epoch"], e["seq"]};
    p.known = true;
  }

  client& client_;
  std::uint64_t id_ = 100;
  std::map<std::uint64_t, question> asked_;
  std::map<std::string, place> places_;
  std::string fault_;
};

}  // namespace roomd::actors::testing
