#include "core/presence_word.hpp"

#include <algorithm>

namespace roomd {

namespace {

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool is_sensible_body(const news_word& n) { return n.life > 0 && n.number > 0; }

bool is_sensible_body(const list_word& l) {
  return l.life > 0 && l.part > 0 && l.part <= l.parts && l.parts <= max_list_parts;
}

bool is_sensible_body(const ask_word& a) { return a.to.empty() || valid_node_name(a.to); }

}  // namespace

bool valid_node_name(std::string_view name) {
  return name.size() >= min_node_name && name.size() <= max_node_name &&
         std::all_of(name.begin(), name.end(), is_name_letter);
}

std::uint64_t newest_stamp(const presence_word& w) {
  std::uint64_t newest = 0;
  const auto see = [&newest](const auto& all) {
    for (const auto& each : all) newest = std::max(newest, each.stamp);
  };
  if (const auto* l = std::get_if<list_word>(&w.what)) see(l->sessions);
  if (const auto* n = std::get_if<news_word>(&w.what)) {
    see(n->came);
    see(n->updated);
  }
  return newest;
}

bool is_sensible(const presence_word& w) {
  return valid_node_name(w.node) &&
         std::visit([](const auto& what) { return is_sensible_body(what); }, w.what);
}

}  // namespace roomd
