// What the nodes that share a room say to one another about who is in it: words on the room's channel, which nobody
// keeps and which come to every node that is subscribed, those of one node in their order. Each node speaks of its own
// sessions only. Plain values; who says them is core/local_members.hpp, who hears them core/remote_members.hpp.
//
// A node's words about a room belong to a life, which begins with the node's list, and are counted in it from 1: first
// the parts of the list, then the news. So whoever has the whole list and every number since knows the node's sessions,
// and whoever misses one knows that, too, and asks. A later life has a greater number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/member.hpp"

namespace roomd {

inline constexpr std::size_t min_node_name = 8;
inline constexpr std::size_t max_node_name = 40;
inline constexpr std::uint64_t max_list_parts = 65536;

struct told_session {
  std::string id;  ///< public id
  user_info who;
  std::uint64_t stamp = 0;  ///< of the info: the newest wins
};

struct told_info {
  std::string id;
  std::string info;
  std::uint64_t stamp = 0;
};

/// Takes effect in this order: `left`, `came`, `updated`. One that is in already comes again, perhaps as another user.
struct news_word {
  std::uint64_t life = 0;
  std::uint64_t number = 0;
  std::vector<std::string> left{};
  std::vector<told_session> came{};
  std::vector<told_info> updated{};
};

/// Once all parts are there, the node has these sessions and no others. The part is the word's number as well.
struct list_word {
  std::uint64_t life = 0;
  std::uint64_t part = 1;
  std::uint64_t parts = 1;
  std::vector<told_session> sessions{};
};

/// "Say your list."
struct ask_word {
  std::string to{};  ///< a node; empty: all
};

struct presence_word {
  std::string node;  ///< who speaks
  std::variant<news_word, list_word, ask_word> what;
};

/// 8 to 40 letters, digits, `_` and `-`. New with every start of a process.
bool valid_node_name(std::string_view name);

/// The greatest stamp in it; 0: there is none.
std::uint64_t newest_stamp(const presence_word& w);

/// Whether somebody could have meant it: names are valid, numbers and parts are counted from 1.
bool is_sensible(const presence_word& w);

}  // namespace roomd
