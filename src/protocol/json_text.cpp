#include "protocol/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "protocol/json_plain.hpp"

namespace roomd::protocol {

namespace {

void append_escape(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += hex[static_cast<unsigned char>(c) >> 4];
      out += hex[static_cast<unsigned char>(c) & 0xF];
  }
}

char unescaped(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;  // the quote, the backslash and the slash stand for themselves
  }
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// The UTF-16 unit of the `\uXXXX` that `in` begins with, which is taken off; none where no such escape
/// stands there.
std::optional<std::uint32_t> take_unit(std::string_view& in) {
  if (!in.starts_with("\\u")) return std::nullopt;
  std::uint32_t unit = 0;
  std::from_chars(in.data() + 2, in.data() + 6, unit, 16);
  in.remove_prefix(6);
  return unit;
}

std::optional<std::uint32_t> take_code_point(std::string_view& in) {
  const auto first = take_unit(in);
  if (!first || *first < 0xD800 || *first > 0xDFFF) return first;
  if (*first > 0xDBFF) return std::nullopt;
  const auto second = take_unit(in);
  if (!second || *second < 0xDC00 || *second > 0xDFFF) return std::nullopt;
  return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    const char* const stop = skip_plain(at, end);
    out.append(at, stop);
    if (stop == end) break;
    append_escape(out, *stop);
    at = stop + 1;
  }
  out += '"';
}

std::optional<std::string> decode_json_string(std::string_view quoted) {
  std::string_view in = quoted.substr(1, quoted.size() - 2);
  std::string out;
  out.reserve(in.size());
  while (!in.empty()) {
    const std::size_t plain = std::min(in.find('\\'), in.size());
    out.append(in.substr(0, plain));
    in.remove_prefix(plain);
    if (in.empty()) break;
    if (in[1] != 'u') {
      out += unescaped(in[1]);
      in.remove_prefix(2);
    } else if (const auto c = take_code_point(in)) {
      append_utf8(out, *c);
    } else {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace roomd::protocol
