// Presence as a line of text, so that a test's expectation reads at a glance.
#pragma once

#include <string>
#include <vector>

#include "core/member.hpp"

namespace roomd {

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
