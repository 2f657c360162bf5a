// Presence as a line of text, so that a test's expectation reads at a glance.
#pragma once

#include <string>
#include <vector>

#include "core/member.hpp"
#include "core/presence.hpp"

namespace roomd {

/// A user with his sessions, as a list has them.
struct member {
  std::string user;
  std::string info;
  std::vector<std::string> sessions;
};

/// The whole list, read in pages of at most so many users.
inline std::vector<member> list(const presence& p, std::size_t limit = member_query::most_users) {
  std::vector<member> all;
  member_query q;
  q.limit = limit;
  for (;;) {
    const auto page = p.read(q);
    for (const auto& u : page.users) {
      if (all.empty() || all.back().user != u.user)
        all.push_back({std::string(u.user), std::string(u.info), {}});
      all.back().sessions.insert(all.back().sessions.end(), u.sessions.begin(), u.sessions.end());
    }
    if (!page.next) return all;
    q.after = *page.next;
  }
}

inline void append_item(std::string& line, const std::string& item) {
  if (!line.empty()) line += ", ";
  line += item;
}

inline std::string text(const presence_change& c) {
  std::string line;
  for (const auto& u : c.joined) append_item(line, "joined " + u.user + ' ' + u.info);
  for (const auto& u : c.left) append_item(line, "left " + u.user + ' ' + u.info);
  for (const auto& u : c.updated) append_item(line, "updated " + u.user + ' ' + u.info);
  return line;
}

inline std::string text(const std::vector<member>& all) {
  std::string line;
  for (const auto& m : all) {
    append_item(line, m.user + ' ' + m.info);
    for (const auto& s : m.sessions) line += ' ' + s;
  }
  return line;
}

}  // namespace roomd
