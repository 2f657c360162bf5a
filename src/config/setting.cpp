#include "config/setting.hpp"

#include <algorithm>
#include <cctype>

#include "core/room_name.hpp"

namespace roomd::config {
namespace {

bool readable(std::string_view text) { return text.empty() || valid_name(text, max_text); }

struct within {
  const bounds& allowed;

  bool between(std::uint64_t n) const { return n >= allowed.least && n <= allowed.most; }
  bool operator()(bool) const { return true; }
  bool operator()(std::uint32_t n) const { return between(n); }
  bool operator()(std::size_t n) const { return between(n); }
  bool operator()(milliseconds t) const {
    return t.count() >= 0 && between(static_cast<std::uint64_t>(t.count()));
  }
  bool operator()(const std::string& text) const {
    if (allowed.choices.empty()) return between(text.size()) && readable(text);
    return std::find(allowed.choices.begin(), allowed.choices.end(), text) != allowed.choices.end();
  }
  bool operator()(const text_list& list) const {
    return between(list.size()) && std::all_of(list.begin(), list.end(), readable);
  }
};

std::string bound_text(kind k, std::uint64_t n) {
  if (k == kind::size) return size_text(n);
  if (k == kind::duration) return duration_text(milliseconds(n));
  return std::to_string(n);
}

std::string choices_text(const std::vector<std::string_view>& choices) {
  std::string out;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) out += i + 1 == choices.size() ? " or " : ", ";
    out += in_quotes(choices[i]);
  }
  return out;
}

}  // namespace

std::string environment_name(const setting& s) {
  std::string name = "ROOMD_" + std::string(s.name);
  for (char& c : name) c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

std::string range_text(const setting& s) {
  const auto& allowed = s.allowed;
  switch (s.type()) {
    case kind::flag:
      return "true or false";
    case kind::count:
    case kind::size:
    case kind::duration:
      return "from " + bound_text(s.type(), allowed.least) + " to " + bound_text(s.type(), allowed.most);
    case kind::text:
      if (!allowed.choices.empty()) return choices_text(allowed.choices);
      return "at most " + std::to_string(allowed.most) + " bytes";
    case kind::list:
      return "at most " + std::to_string(allowed.most);
  }
  return {};
}

std::string wanted_text(const setting& s) {
  switch (s.type()) {
    case kind::flag:
      return range_text(s);
    case kind::count:
      return "a whole number " + range_text(s);
    case kind::size:
      return "a size " + range_text(s) + ": bytes, or text such as \"64KiB\", \"8MiB\", \"1GiB\"";
    case kind::duration:
      return "a duration " + range_text(s) + ", such as \"250ms\", \"10s\", \"5m\", \"24h\"";
    case kind::text:
      return s.allowed.choices.empty() ? "UTF-8 text of " + range_text(s) + " without control characters"
                                       : range_text(s);
    case kind::list:
      return "a list of " + range_text(s) + " texts (UTF-8 without control characters)";
  }
  return {};
}

std::optional<std::string> fault(const setting& s, const value& v) {
  if (std::visit(within{s.allowed}, v)) return {};
  auto what = "wants " + wanted_text(s) + ", not " + to_toml(v);
  if (!s.allowed.advice.empty()) what += "; " + std::string(s.allowed.advice);
  return what;
}

}  // namespace roomd::config
