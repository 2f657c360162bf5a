#include "config/retention.hpp"

#include <algorithm>
#include <utility>

#include "config/layer.hpp"
#include "config/schema.hpp"
#include "core/room_name.hpp"

namespace roomd::config {
namespace {

constexpr std::string_view section = "rooms.";

bool is_kept(const setting& s) {
  return s.name.starts_with("rooms.history_") || s.name.starts_with("rooms.dedup_");
}

std::vector<std::string_view> kept_keys() {
  std::vector<std::string_view> keys;
  for (const auto& s : schema()) {
    if (is_kept(s)) keys.push_back(s.key());
  }
  return keys;
}

/// Takes the last word away, which is KEY=VALUE; nothing where it is none.
std::string_view take_word(std::string_view& text) {
  const auto space = text.rfind(' ');
  const auto word = text.substr(space == text.npos ? 0 : space + 1);
  if (word.find('=') == word.npos) return {};
  text = text.substr(0, space == text.npos ? 0 : space);
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  return word;
}

/// What is wrong; empty: nothing.
std::string lay_over(settings& values, std::string_view word) {
  const auto equals = word.find('=');
  const auto key = word.substr(0, equals);
  const auto* const target = find_setting(std::string(section) + std::string(key));
  if (target == nullptr || !is_kept(*target))
    return in_quotes(key) + " is nothing that a room keeps" + did_you_mean(key, kept_keys());
  const auto text = word.substr(equals + 1);
  auto given = parse_value(target->type(), text);
  if (!given) return std::string(key) + " wants " + wanted_text(*target) + ", not " + in_quotes(text);
  if (auto what = fault(*target, *given)) return std::string(key) + ' ' + *what;
  target->write(values, std::move(*given));
  return {};
}

}  // namespace

retention_entry parse_retention(std::string_view text, const settings& below) {
  const std::string entry = in_quotes(text) + ": ";
  settings values = below;
  std::vector<std::string_view> words;
  for (auto word = take_word(text); !word.empty(); word = take_word(text)) words.push_back(word);
  retention_entry made{std::string(text), {}, {}};
  if (words.empty())
    made.mistakes.push_back(entry + "wants PATTERN KEY=VALUE, such as \"cursor:* history_size=0\"");
  if (!valid_name(text, max_room_name))
    made.mistakes.push_back(entry + "wants a pattern of 1 to " + std::to_string(max_room_name) +
                            " bytes before the first KEY=VALUE");
  std::reverse(words.begin(), words.end());
  for (const auto word : words) {
    if (auto what = lay_over(values, word); !what.empty()) made.mistakes.push_back(entry + what);
  }
  made.values = std::move(values.rooms);
  return made;
}

std::vector<retention_entry> retention_entries(const settings& s) {
  std::vector<retention_entry> all;
  all.reserve(s.rooms.retention.size());
  for (const auto& text : s.rooms.retention) all.push_back(parse_retention(text, s));
  return all;
}

}  // namespace roomd::config
