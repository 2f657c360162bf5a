#include "protocol/json_scanner.hpp"

#include <algorithm>
#include <utility>

#include "protocol/json_plain.hpp"

namespace roomd::protocol {

namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

json_kind kind_of(char first) {
  switch (first) {
    case '{':
      return json_kind::object;
    case '[':
      return json_kind::array;
    case '"':
      return json_kind::string;
    case 't':
    case 'f':
      return json_kind::boolean;
    case 'n':
      return json_kind::null;
    default:
      return json_kind::number;
  }
}

}  // namespace

bool valid_json(std::string_view text) {
  json_scanner in(text);
  json_slice value;
  return in.value(value) && in.at_end();
}

bool json_scanner::open_object() {
  if (failed_) return false;
  skip_space();
  first_ = take('{');
  return first_ || fail();
}

bool json_scanner::next_key(json_slice& key) {
  if (failed_) return false;
  skip_space();
  const bool first = std::exchange(first_, false);
  if (take('}')) return false;
  if (!first && !take(',')) return fail();
  skip_space();
  const char* begin = at_;
  if (!string()) return fail();
  key = {{begin, static_cast<std::size_t>(at_ - begin)}, json_kind::string, 0};
  skip_space();
  return take(':') || fail();
}

bool json_scanner::value(json_slice& out) {
  if (failed_) return false;
  skip_space();
  if (at_ == end_) return fail();
  const char* begin = at_;
  const json_kind kind = kind_of(*at_);
  std::size_t depth = 0;
  const bool container = kind == json_kind::object || kind == json_kind::array;
  if (!(container ? nested(depth) : scalar())) return fail();
  out = {{begin, static_cast<std::size_t>(at_ - begin)}, kind, depth};
  return true;
}

bool json_scanner::object_follows() {
  skip_space();
  return !failed_ && at_ != end_ && *at_ == '{';
}

bool json_scanner::at_end() {
  skip_space();
  return !failed_ && at_ == end_;
}

bool json_scanner::fail() {
  failed_ = true;
  return false;
}

void json_scanner::skip_space() {
  while (at_ != end_ && is_space(*at_)) ++at_;
}

bool json_scanner::take(char c) {
  if (at_ == end_ || *at_ != c) return false;
  ++at_;
  return true;
}

/// A whole array or object, without recursion: one round for each value in it, in the order of the text.
bool json_scanner::nested(std::size_t& depth) {
  open_.clear();
  for (;;) {
    skip_space();
    if (at_ == end_) return false;
    if (*at_ == '{' || *at_ == '[') {
      open_.push_back(*at_++);
      depth = std::max(depth, open_.size());
      skip_space();
      if (!take(closing())) {
        if (!member_name()) return false;
        continue;
      }
      open_.pop_back();
    } else if (!scalar()) {
      return false;
    }
    if (!to_next_value()) return open_.empty();
  }
}

char json_scanner::closing() const { return open_.back() == '{' ? '}' : ']'; }

/// From the end of a value to the beginning of the next, out of every container that ends between. False
/// where the outermost ended (nothing is open then) and at a fault (something is).
bool json_scanner::to_next_value() {
  while (!open_.empty()) {
    skip_space();
    if (take(',')) return member_name();
    if (!take(closing())) return false;
    open_.pop_back();
  }
  return false;
}

/// What stands before a value inside the innermost container: `"name":` in an object, nothing in an array.
bool json_scanner::member_name() {
  if (open_.back() == '[') return true;
  skip_space();
  if (!string()) return false;
  skip_space();
  return take(':');
}

bool json_scanner::scalar() {
  switch (*at_) {
    case '"':
      return string();
    case 't':
      return word("true");
    case 'f':
      return word("false");
    case 'n':
      return word("null");
    default:
      return number();
  }
}

bool json_scanner::string() {
  if (!take('"')) return false;
  for (;;) {
    at_ = skip_plain(at_, end_);
    if (take('"')) return true;
    if (!take('\\') || !escape()) return false;
  }
}

/// What follows a backslash.
bool json_scanner::escape() {
  if (at_ == end_) return false;
  const char c = *at_++;
  if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
  if (end_ - at_ < 4 || !std::all_of(at_, at_ + 4, is_hex)) return false;
  at_ += 4;
  return true;
}

bool json_scanner::number() {
  take('-');
  if (!take('0') && !digits()) return false;
  if (take('.') && !digits()) return false;
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    return digits();
  }
  return true;
}

bool json_scanner::digits() {
  const char* begin = at_;
  while (at_ != end_ && is_digit(*at_)) ++at_;
  return at_ != begin;
}

bool json_scanner::word(std::string_view w) {
  if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(w)) return false;
  at_ += w.size();
  return true;
}

}  // namespace roomd::protocol
