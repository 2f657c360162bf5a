// What the server sent, in a few words, so that a test reads like a conversation: `2: join`, `3: 429 rate_limited`,
// `message 5`, `gap 1-3`, `epoch e2@4`, `members +alice -bob`.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace roomd::protocol::test {

namespace detail {

using json = nlohmann::json;

inline std::string gist_of_members(const json& m) {
  std::string out = m.contains("reset") ? "members reset" : "members";
  for (const auto& [field, sign] :
       {std::pair{"joined", '+'}, std::pair{"left", '-'}, std::pair{"updated", '~'}})
    for (const auto& who : m[field]) out += std::string(" ") + sign + who["user"].get<std::string>();
  if (m.contains("more") && m["more"]) out += " more";
  return out;
}

inline std::string gist_of_push(const std::string& what, const json& p) {
  const auto number = [&](const char* name) { return std::to_string(p[name].get<std::uint64_t>()); };
  if (what == "message") return p.contains("seq") ? "message " + number("seq") : "message";
  if (what == "gap") return "gap " + number("from") + "-" + number("to");
  if (what == "epoch") return "epoch " + p["epoch"].get<std::string>() + "@" + number("seq");
  if (what == "members") return gist_of_members(p);
  if (what == "removed") return "removed " + p["room"].get<std::string>();
  return what;
}

}  // namespace detail

inline std::string gist(std::string_view text) {
  const auto all = detail::json::parse(text);
  const std::string id = all.contains("id") ? std::to_string(all["id"].get<std::uint64_t>()) + ": " : "";
  for (const auto& [what, body] : all.items()) {
    if (what == "id") continue;
    if (what == "error")
      return id + std::to_string(body["code"].get<int>()) + " " + body["reason"].get<std::string>();
    return id.empty() ? detail::gist_of_push(what, body) : id + what;
  }
  return "nothing";
}

}  // namespace roomd::protocol::test
