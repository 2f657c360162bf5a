#include "config/value.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace roomd::config {
namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

// From large to small; the last one divides everything.
constexpr std::array<unit, 4> size_units = {
    {{"GiB", 1ULL << 30U}, {"MiB", 1ULL << 20U}, {"KiB", 1024}, {"", 1}}};
constexpr std::array<unit, 4> duration_units = {{{"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

std::string in_largest_unit(std::uint64_t n, std::span<const unit> units) {
  if (n == 0) return "0" + std::string(units.back().name);
  for (const auto& u : units)
    if (n % u.factor == 0) return std::to_string(n / u.factor) + std::string(u.name);
  return std::to_string(n);
}

/// A number and the name of one of `units`, nothing else.
template <class T>
std::optional<T> parse_number(std::string_view text, std::span<const unit> units) {
  std::uint64_t n = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, n);
  if (failure != std::errc{}) return {};
  const std::string_view name(rest, static_cast<std::size_t>(end - rest));
  for (const auto& u : units) {
    if (u.name != name) continue;
    const auto most = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    if (n > most / u.factor) return {};
    return static_cast<T>(n * u.factor);
  }
  return {};
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

text_list split(std::string_view text) {
  text_list parts;
  if (trimmed(text).empty()) return parts;
  for (;;) {
    const auto comma = text.find(',');
    parts.emplace_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::optional<value> parse_flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return {};
}

struct toml_writer {
  std::string operator()(bool b) const { return b ? "true" : "false"; }
  std::string operator()(std::uint32_t n) const { return std::to_string(n); }
  std::string operator()(std::size_t n) const {
    auto text = size_text(n);
    return text.back() == 'B' ? in_quotes(text) : text;
  }
  std::string operator()(std::chrono::milliseconds t) const { return in_quotes(duration_text(t)); }
  std::string operator()(const std::string& text) const { return in_quotes(text); }
  std::string operator()(const text_list& list) const {
    std::string out;
    for (const auto& text : list) out += (out.empty() ? "" : ", ") + in_quotes(text);
    return "[" + out + "]";
  }
};

}  // namespace

std::optional<value> parse_value(kind k, std::string_view text) {
  constexpr std::array<unit, 1> plain = {{{"", 1}}};
  switch (k) {
    case kind::flag:
      return parse_flag(text);
    case kind::count:
      return parse_number<std::uint32_t>(text, plain);
    case kind::size:
      return parse_number<std::size_t>(text, size_units);
    case kind::duration:
      if (const auto ms = parse_number<std::int64_t>(text, duration_units))
        return std::chrono::milliseconds(*ms);
      return {};
    case kind::text:
      return std::string(text);
    case kind::list:
      return split(text);
  }
  return {};
}

std::string to_toml(const value& v) { return std::visit(toml_writer{}, v); }

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      constexpr std::string_view digits = "0123456789abcdef";
      out += std::string("\\u00") + digits[byte >> 4U] + digits[byte & 15U];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string size_text(std::uint64_t bytes) { return in_largest_unit(bytes, size_units); }

std::string duration_text(std::chrono::milliseconds t) {
  const auto ms = static_cast<std::uint64_t>(t.count());
  return t.count() < 0 ? "-" + in_largest_unit(0 - ms, duration_units) : in_largest_unit(ms, duration_units);
}

}  // namespace roomd::config
