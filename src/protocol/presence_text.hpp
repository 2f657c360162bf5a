// The words of core/presence_word.hpp as text: one JSON object a word.
//
//   news  {"node":"NODE","life":5,"number":3,"sessions":{…}}
//   list  {"node":"NODE","life":5,"part":1,"parts":2,"sessions":{…}}
//   ask   {"node":"NODE","ask":"NODE"}                                  "" asks all
//
// The members of `sessions` are sessions, each under its public id:
//
//   {"user":"ann","stamp":7,"info":{…}}   is there or came
//   {"stamp":8,"info":{…}}                in news: has another info
//   null                                  in news: left
//
// `info` stands as the client has sent it, byte for byte. Numbers are integers of 64 bits. Members of other names are
// read over, at both levels.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/presence_word.hpp"

namespace roomd::protocol {

/// Bytes that a word may have. What local_members makes with its usual bounds is shorter.
inline constexpr std::size_t max_presence_text = 65536;
inline constexpr std::size_t max_session_id = 64;

std::string write_presence(const presence_word& w);

/// None: it is no such word, or not sensible, or longer than `max_presence_text`; names, ids or infos that no session
/// may have are no word either. Never throws on what others wrote.
std::optional<presence_word> read_presence(std::string_view text);

}  // namespace roomd::protocol
