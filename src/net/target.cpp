#include "net/target.hpp"

#include <charconv>

namespace roomd::net {

target_parts split_target(std::string_view target) {
  const auto question = target.find('?');
  if (question == target.npos) return {target, {}};
  return {target.substr(0, question), target.substr(question + 1)};
}

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> all;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const auto end = path.find('/');
    all.push_back(path.substr(0, end));
    path = end == path.npos ? std::string_view{} : path.substr(end);
  }
  return all;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned char byte = 0;
    const auto digits = text.substr(i + 1, 2);
    const auto end = digits.data() + digits.size();
    if (digits.size() != 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end) return {};
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view plain = "-._~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(c) != plain.npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', digits[byte / 16], digits[byte % 16]});
    }
  }
  return out;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      const auto value = pair.substr(name.size() + 1);
      return percent_decode(value).value_or(std::string(value));
    }
    query = end == query.npos ? std::string_view{} : query.substr(end + 1);
  }
  return {};
}

}  // namespace roomd::net
