#include "store/redis_message.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace roomd::store {
namespace {

constexpr std::size_t longest_epoch = 64;

/// Up to the next space, which is taken too; none where there is no space.
std::optional<std::string_view> take_word(std::string_view& text) {
  const auto end = text.find(' ');
  if (end == text.npos) return {};
  const auto word = text.substr(0, end);
  text.remove_prefix(end + 1);
  return word;
}

std::optional<std::uint64_t> take_number(std::string_view& text, std::uint64_t most) {
  const auto word = take_word(text);
  if (!word) return {};
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(word->data(), word->data() + word->size(), number);
  if (failed != std::errc() || end != word->data() + word->size() || number > most) return {};
  return number;
}

}  // namespace

std::string format_redis_message(const redis_message& m) {
  constexpr std::size_t digits_of_seconds = 10;
  const std::string seq = std::to_string(m.seq), seconds = std::to_string(m.time / 1000);
  std::string text;
  text.reserve(m.epoch.size() + m.payload.size() + 40);
  ((text += m.epoch) += ' ') += seq;
  text += ' ';
  text.append(digits_of_seconds - std::min(seconds.size(), digits_of_seconds), '0') += seconds;
  ((text += ' ') += std::to_string(m.time % 1000 * 1000)) += ' ';
  return text += m.payload;
}

std::optional<redis_message> parse_redis_message(std::string_view text) {
  constexpr std::uint64_t most_messages = std::uint64_t{1} << 32U;
  constexpr std::uint64_t most_seconds = std::uint64_t{1} << 40U;
  const auto epoch = take_word(text);
  if (!epoch || epoch->empty() || epoch->size() > longest_epoch) return {};
  const auto seq = take_number(text, most_messages);
  const auto seconds = take_number(text, most_seconds);
  const auto microseconds = take_number(text, 999'999);
  if (!seq || !seconds || !microseconds) return {};
  const auto time = *seconds * 1000 + *microseconds / 1000;
  return redis_message{*epoch, *seq, static_cast<unix_ms>(time), text};
}

}  // namespace roomd::store
