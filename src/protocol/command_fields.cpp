#include "protocol/command_fields.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "protocol/command.hpp"
#include "protocol/json_text.hpp"

namespace roomd::protocol {

bool command_fields::scan(json_scanner& in) {
  if (!in.open_object()) return false;
  json_slice key;
  json_slice value;
  while (in.next_key(key)) {
    if (!in.value(value)) return false;
    const member_name name(key);
    const auto* known = std::find(field_names.begin(), field_names.end(), name.text());
    if (known == field_names.end()) continue;
    entry& e = entries_[static_cast<std::size_t>(known - field_names.begin())];
    e.value = value;
    ++e.times;
  }
  return !in.failed();
}

std::optional<std::uint64_t> read_integer(const json_slice& s) {
  std::uint64_t n = 0;
  const char* end = s.text.data() + s.text.size();
  const auto [stop, fault] = std::from_chars(s.text.data(), end, n);
  if (fault != std::errc{} || stop != end || n > max_integer) return std::nullopt;
  return n;
}

member_name::member_name(const json_slice& key) : text_(key.text.substr(1, key.text.size() - 2)) {
  if (text_.find('\\') == std::string_view::npos) return;
  decoded_ = decode_json_string(key.text).value_or("");
  text_ = decoded_;
}

}  // namespace roomd::protocol
